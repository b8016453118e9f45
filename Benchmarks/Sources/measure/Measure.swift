internal import Glibc

/// Measures beside C and prints one table.
@main struct Measure {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("measure: \(error)")
            exit(1)
        }
    }

    /// - `measure`: what needs no daemon.
    /// - `measure SOCKET PID C-SOCKET C-PID`: all, the proxied exchange through these two.
    /// - `measure ask SOCKET`: one exchange, so that there is a record to take the fields from.
    private static func run(_ arguments: [String]) throws(MeasureError) {
        if arguments.count == 2, arguments[0] == "ask" {
            return try Exchanges.ask(arguments[1])
        }
        var rows = try Decisions.measure() + [Headers.measure()]
        if !arguments.isEmpty {
            guard arguments.count == 4, let ours = Int32(arguments[1]), let peer = Int32(arguments[3]) else {
                throw MeasureError("use: measure [SOCKET PID C-SOCKET C-PID] | measure ask SOCKET")
            }
            let (first, second) = (arguments[0], arguments[2])
            rows += try Exchanges.measure(ours: Responder(first, process: ours), peer: Responder(second, process: peer))
        }
        Table.print(rows)
        if arguments.isEmpty { print("\nTHE PROXIED EXCHANGE WAS NOT MEASURED: no sockets were given.") }
    }
}
