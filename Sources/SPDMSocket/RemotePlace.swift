package import DOEWords

/// What a remote mailbox is called and where it is: `emulator=127.0.0.1:2323`, or a Unix socket's path in place of
/// the address.
package struct RemotePlace: Hashable, Sendable {
    /// `remote:emulator`
    package let name: MailboxName
    /// Where its SPDM socket listens.
    package let address: SPDMSocketAddress

    /// Reads `NAME=ADDRESS`.
    package init(_ text: String) throws(PlaceError) {
        guard let sign = text.firstIndex(of: "="), let name = MailboxName("remote:\(text[..<sign])"),
            let address = SPDMSocketAddress(String(text[text.index(after: sign)...]))
        else {
            throw PlaceError(
                problem: "'\(text)' names no mailbox behind an SPDM socket",
                remedy: "write NAME=ADDRESS:PORT or NAME=/PATH, the name in a-z, 0-9, '-', '_' and '.', the address as "
                    + "four numbers: emulator=127.0.0.1:2323")
        }
        self.name = name
        self.address = address
    }

    /// Reads all that were given, and every mistake in them; no name may be given twice.
    package static func read(_ texts: [String]) -> (places: [RemotePlace], mistakes: [PlaceError]) {
        var (places, mistakes) = ([RemotePlace](), [PlaceError]())
        for text in texts {
            do throws(PlaceError) {
                let place = try RemotePlace(text)
                guard !places.contains(where: { $0.name == place.name }) else {
                    throw PlaceError(problem: "\(place.name) is named twice", remedy: "one place a name")
                }
                places.append(place)
            } catch {
                mistakes.append(error)
            }
        }
        return (places, mistakes)
    }
}
