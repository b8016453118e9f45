public import DOEWords

/// A mailbox that is served over TCP too, for programs that know nothing else: `MAILBOX=127.0.0.1:PORT`.
///
/// On this host only: nobody names a TCP client, so what other hosts could reach would be open to all of them.
public struct TCPDoor: Hashable, Sendable {
    /// The mailbox.
    public let mailbox: MailboxName
    /// A numeric IPv4 address of 127.0.0.0/8.
    public let address: String
    /// The port.
    public let port: UInt16

    /// Reads `sim:cxl=127.0.0.1:2323`.
    public init(_ text: String) throws(PlaceError) {
        guard let sign = text.firstIndex(of: "=") else {
            throw PlaceError(problem: "'\(text)' has no '='", remedy: Self.form)
        }
        let (name, place) = (text[..<sign], text[text.index(after: sign)...])
        guard let mailbox = MailboxName(name) else {
            throw PlaceError(
                problem: "'\(name)' is no mailbox name", remedy: "names look like 0000:0d:00.0@190 or sim:cxl")
        }
        guard case .tcp(let address, let port) = SPDMSocketAddress(String(place)) else {
            throw PlaceError(
                problem: "'\(place)' is no numeric IPv4 address with a port of 1 to 65535", remedy: Self.form)
        }
        guard SPDMSocketAddress.tcp(address, port: port).isLocal else {
            throw PlaceError(
                problem: "\(address) can be reached from other hosts, and nobody names a TCP client",
                remedy: "take an address of 127.0.0.0/8")
        }
        self.mailbox = mailbox
        self.address = address
        self.port = port
    }

    /// Reads all that were given, and every mistake in them; no mailbox and no port may be named twice.
    public static func read(_ texts: [String]) -> (doors: [TCPDoor], mistakes: [PlaceError]) {
        var (doors, mistakes) = ([TCPDoor](), [PlaceError]())
        for text in texts {
            do throws(PlaceError) {
                let door = try TCPDoor(text)
                try door.check(beside: doors)
                doors.append(door)
            } catch {
                mistakes.append(error)
            }
        }
        return (doors, mistakes)
    }

    private func check(beside doors: [TCPDoor]) throws(PlaceError) {
        if doors.contains(where: { $0.mailbox == mailbox }) {
            throw PlaceError(problem: "\(mailbox) is named twice", remedy: "one port a mailbox")
        }
        if doors.contains(where: { $0.port == port }) {
            throw PlaceError(problem: "port \(port) is named twice", remedy: "one mailbox a port")
        }
    }

    /// Throws where a door is for a mailbox that is not served: whoever asked for it waits for it in vain.
    public static func check(_ doors: [TCPDoor], against served: [MailboxName]) throws(PlaceError) {
        for door in doors where !served.contains(door.mailbox) {
            let names = served.map(\.description).joined(separator: ", ")
            throw PlaceError(
                problem: "there is no mailbox \(door.mailbox) to serve over TCP",
                remedy: names.isEmpty ? "no mailbox is served at all" : "there are: \(names)")
        }
    }

    private static let form = "write MAILBOX=127.0.0.1:PORT, as sim:cxl=127.0.0.1:2323"
}
