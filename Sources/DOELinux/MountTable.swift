/// What is mounted where, as this process sees it (`/proc/self/mountinfo`, proc_pid_mountinfo(5)).
public struct MountTable: Hashable, Sendable {
    /// One mount.
    public struct Mount: Hashable, Sendable {
        /// The file system's device, `98:0`.
        public let device: String
        /// Which directory of the file system is mounted: `/` where it is the whole.
        public let root: String
        /// Where.
        public let place: String
        /// The file system's type: `tracefs`.
        public let type: String
        /// The file system's own options: `rw`, `gid=27`, `hidepid=invisible`.
        public let options: [String]
    }

    /// In the order in which they were mounted: a later one may lie over an earlier one.
    public let mounts: [Mount]

    /// Reads it.
    public static func current(procfs: String = "/proc") throws(LinuxError) -> Self {
        Self(String(decoding: try Procfs.read("self/mountinfo", limit: 16 << 20, directory: procfs), as: UTF8.self))
    }

    /// From the file's text. Lines that are none are passed over.
    public init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            // 36 35 98:0 /root /place options [tags] - type source options
            let words = line.split(separator: " ")
            guard words.count > 6, let dash = words[6...].firstIndex(of: "-"), dash + 1 < words.count else {
                return nil
            }
            return Mount(
                device: String(words[2]), root: Self.plain(words[3]), place: Self.plain(words[4]),
                type: String(words[dash + 1]),
                options: words.count > dash + 3 ? words[dash + 3].split(separator: ",").map(Self.plain) : [])
        }
    }

    /// The kernel writes blanks, tabs, newlines and backslashes as `\040`.
    private static func plain(_ word: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                bytes.append(digits.reduce(0) { $0 << 3 | $1 & 7 })
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
