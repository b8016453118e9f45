package import DOEWords
package import SPDMSocket

/// What a remote mailbox is called and where it is: `emulator=127.0.0.1:2323`, or a Unix socket's path in place of
/// the address.
package struct RemotePlace: Hashable, Sendable {
    /// `remote:emulator`
    package let name: MailboxName
    /// Where its SPDM socket listens.
    package let address: SPDMSocketAddress

    /// A text that names no remote mailbox.
    package struct Problem: ExplainedError, Hashable {
        /// What is wrong.
        package let problem: String
        /// How it is written.
        package let remedy: String?
    }

    /// Reads `NAME=ADDRESS`.
    package init(_ text: String) throws(Problem) {
        guard let sign = text.firstIndex(of: "="), let name = MailboxName("remote:\(text[..<sign])"),
            let address = SPDMSocketAddress(String(text[text.index(after: sign)...]))
        else {
            throw Problem(
                problem: "'\(text)' names no mailbox behind an SPDM socket",
                remedy: "write NAME=ADDRESS:PORT or NAME=/PATH, the name in a-z, 0-9, '-', '_' and '.', the address as "
                    + "four numbers: emulator=127.0.0.1:2323")
        }
        self.name = name
        self.address = address
    }

    /// Reads all that were given; no name may be given twice.
    package static func places(_ texts: [String]) throws(Problem) -> [RemotePlace] {
        var places: [RemotePlace] = []
        for text in texts {
            let place = try RemotePlace(text)
            guard !places.contains(where: { $0.name == place.name }) else {
                throw Problem(problem: "\(place.name) is named twice", remedy: "one place a name")
            }
            places.append(place)
        }
        return places
    }
}
