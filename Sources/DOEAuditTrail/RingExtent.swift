internal import DOELinux
internal import Glibc
internal import SystemPackage

/// How many slots a ring's file has: by its headers, which never change, and by its size, which never changes either. Pure.
struct RingExtent: Hashable, Sendable {
    /// Of the file, bytes.
    let size: Int
    /// How many slots are to be read; some of them may be cut off.
    let slotCount: Int
    /// Slots for which there is room behind those.
    let behind: Range<Int>
    /// What of it is as no daemon makes it, for a person.
    let damage: [String]

    /// `headers` are the numbers of slots in those copies that are whole. Where there is none the size alone tells, and
    /// `atLeast` is how many there have to be.
    init(headers: [Int], size: Int, atLeast: Int = 0) {
        self.size = size
        let largest = RingLayout.slotCounts.upperBound
        let room = min(max(0, (size - RingLayout.firstSlot) / RingLayout.slotSize), largest)
        guard let named = headers.max() else {
            slotCount = min(max(room, atLeast), largest)
            behind = slotCount..<slotCount
            damage = size < RingLayout.fileSize(slotCount: slotCount) ? [Self.cut(size)] : []
            return
        }
        slotCount = named
        behind = named..<max(named, room)
        var damage: [String] = []
        if headers.contains(where: { $0 != named }) {
            damage.append(
                "the two copies of the header name \(headers.map(String.init).joined(separator: " and ")) slots")
        }
        let whole = RingLayout.fileSize(slotCount: named)
        if size < whole { damage.append(Self.cut(size)) }
        if size > whole {
            damage.append("the file had \(size) bytes, and one of \(named) slots has \(whole)")
        }
        self.damage = damage
    }

    private static func cut(_ size: Int) -> String { "the file was cut to \(size) bytes" }
}

extension Ring {
    /// How many bytes an open file has.
    static func size(of file: Descriptor, _ path: String) throws(LinuxError) -> Int {
        let size = lseek(file.number, 0, SEEK_END)
        guard size >= 0 else { throw LinuxError.last("lseek", path) }
        return Int(size)
    }

    /// The directory that a ring is in.
    static func folder(of path: String) -> String {
        let folder = FilePath(path).removingLastComponent().string
        return folder.isEmpty ? "." : folder
    }
}
