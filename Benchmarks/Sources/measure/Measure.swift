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
    /// - `measure decide RULES PASSES`: decisions alone, PASSES times 4096, for a profiler or valgrind.
    /// - `measure trace FOLDER`: decoding the captured pages of Tests/DOEWitnessFixtures.
    /// - `measure ask SOCKET`: one exchange, so that there is a record to take the fields from.
    private static func run(_ arguments: [String]) throws(MeasureError) {
        if arguments.count == 2, arguments[0] == "ask" {
            return try Exchanges.ask(arguments[1])
        }
        if arguments.count == 2, arguments[0] == "trace" {
            let rows = try Trace.measure(arguments[1])
            Table.print(rows.decode, peer: "C")
            print("\nThe same, put in order and back together into exchanges, with nothing beside it:\n")
            for (kernel, nanoseconds) in rows.whole { print("Linux \(kernel): \(Int(nanoseconds)) ns an event") }
            return
        }
        if arguments.count == 3, arguments[0] == "decide" {
            guard let rules = Int(arguments[1]), let passes = Int(arguments[2]), rules > 0 else {
                throw MeasureError("use: measure decide RULES PASSES")
            }
            return try Decisions.repeated(rules: rules, passes: passes)
        }
        // First: the private journald ends by itself when nothing comes for half a minute.
        let exchanges = try proxied(arguments)
        let decisions = try Decisions.measure()
        Table.print(decisions.lookup + [try Headers.measure()] + exchanges, peer: "C")
        print("\nDecisions beside the same rules, tried one after the other:\n")
        Table.print(decisions.naive, peer: "naive")
        print("\nHow many times as long a decision takes with many rules; the goal is 2 at most:\n")
        Table.print(decisions.flatness, peer: "C")
        if arguments.isEmpty { print("\nTHE PROXIED EXCHANGE WAS NOT MEASURED: no sockets were given.") }
    }
    private static func proxied(_ arguments: [String]) throws(MeasureError) -> [Comparison] {
        guard !arguments.isEmpty else { return [] }
        guard arguments.count == 4, let ours = Int32(arguments[1]), let peer = Int32(arguments[3]) else {
            throw MeasureError(
                "use: measure [SOCKET PID C-SOCKET C-PID] | measure decide RULES PASSES | measure trace FOLDER"
                    + " | measure ask SOCKET")
        }
        return try Exchanges.measure(
            ours: Responder(arguments[0], process: ours), peer: Responder(arguments[2], process: peer))
    }
}
