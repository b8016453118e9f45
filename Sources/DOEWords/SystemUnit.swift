/// What names the system manager's units have.
public enum SystemUnit {
    /// The types of unit that processes run in, by the end of their names (systemd's CGROUP_DELEGATION.md); a slice,
    /// a timer or a target has none of its own.
    public static let types = ["service", "scope", "socket", "mount", "swap"]

    /// Whether processes can run in a unit of this name: `NAME.TYPE` in the characters that systemd allows
    /// (systemd.unit(5)), and no template, whose instances alone are there.
    public static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 255, let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0,
            types.contains(where: { bytes[(dot + 1)...].elementsEqual($0.utf8) }), bytes[dot - 1] != UInt8(ascii: "@")
        else { return false }
        return bytes.allSatisfy(isCharacter)
    }

    /// Whether systemd allows it in a name.
    public static func isCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ":-_.\\@".utf8.contains(byte)
        }
    }
}
