public import DOEWords
internal import SPDMSocket

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
    public init(_ text: String) throws(ProxyError) {
        guard let sign = text.firstIndex(of: "=") else {
            throw ProxyError(problem: "'\(text)' has no '='", remedy: Self.form)
        }
        let (name, place) = (text[..<sign], text[text.index(after: sign)...])
        guard let mailbox = MailboxName(name) else {
            throw ProxyError(
                problem: "'\(name)' is no mailbox name", remedy: "names look like 0000:0d:00.0@190 or sim:cxl")
        }
        guard case .tcp(let address, let port) = SPDMSocketAddress(String(place)) else {
            throw ProxyError(
                problem: "'\(place)' is no numeric IPv4 address with a port of 1 to 65535", remedy: Self.form)
        }
        guard SPDMSocketAddress.tcp(address, port: port).isLocal else {
            throw ProxyError(
                problem: "\(address) can be reached from other hosts, and nobody names a TCP client",
                remedy: "take an address of 127.0.0.0/8")
        }
        self.mailbox = mailbox
        self.address = address
        self.port = port
    }

    /// Reads all that were given; no mailbox and no port may be named twice.
    public static func doors(_ texts: [String]) throws(ProxyError) -> [TCPDoor] {
        var doors: [TCPDoor] = []
        for text in texts {
            let door = try TCPDoor(text)
            guard !doors.contains(where: { $0.mailbox == door.mailbox }) else {
                throw ProxyError(problem: "\(door.mailbox) is named twice", remedy: "one port a mailbox")
            }
            guard !doors.contains(where: { $0.port == door.port }) else {
                throw ProxyError(problem: "port \(door.port) is named twice", remedy: "one mailbox a port")
            }
            doors.append(door)
        }
        return doors
    }

    /// Throws where a door is for a mailbox that is not served: whoever asked for it waits for it in vain.
    public static func check(_ doors: [TCPDoor], against served: [MailboxName]) throws(ProxyError) {
        for door in doors where !served.contains(door.mailbox) {
            let names = served.map(\.description).joined(separator: ", ")
            throw ProxyError(
                problem: "there is no mailbox \(door.mailbox) to serve over TCP",
                remedy: names.isEmpty ? "no mailbox is served at all" : "there are: \(names)")
        }
    }

    private static let form = "write MAILBOX=127.0.0.1:PORT, as sim:cxl=127.0.0.1:2323"
}
