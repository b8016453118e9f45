internal import Glibc

/// A file of a journal that is shorter than its header says, although nothing is missing that the header knows of.
///
/// journald cuts off the unused end of a file that it is done with. A machine that goes down right then may keep the
/// new length and the old header, and libsystemd refuses such a file with all that stands in it. (A copy in memory it
/// refuses as well, since that has no name.)
enum CutJournalFile {
    /// What is wrong and what makes it readable; `nil` where the file is whole, where something that the header knows
    /// of is cut off, or where it cannot be read.
    static func reason(of file: Descriptor) -> String? {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0, let size = UInt64(exactly: status.st_size),
            let header = JournalFileHeader(file), let length = header.length, length > size,
            header.hasTail(within: size, of: file)
        else { return nil }
        return
            "it is shorter than its header says, as a machine that goes down may leave it, and nothing of it is missing:"
            + " keep a copy, and 'truncate --size=\(length)' makes it readable"
    }
}

/// The numbers at the beginning of a file, each of 8 bytes, the lowest first (systemd.io, Journal File Format,
/// "Header").
private struct JournalFileHeader {
    private static let signature = Array("LPKSHHRH".utf8)
    private static let subject = "a file of a journal"
    private static let (headerSizePlace, arenaSizePlace, tailPlace, end) = (88, 96, 136, 144)
    /// An object's own header: kind, flags, and at 8 its size.
    private static let objectHeader = 16

    private let headerSize: UInt64
    private let arenaSize: UInt64
    private let tail: UInt64

    init?(_ file: Descriptor) {
        guard let bytes = try? file.read(Self.end, at: 0, subject: Self.subject), bytes.count == Self.end,
            bytes.starts(with: Self.signature)
        else { return nil }
        headerSize = Self.number(bytes, at: Self.headerSizePlace)
        arenaSize = Self.number(bytes, at: Self.arenaSizePlace)
        tail = Self.number(bytes, at: Self.tailPlace)
    }

    /// How long the file is to be.
    var length: UInt64? {
        let (sum, overflow) = headerSize.addingReportingOverflow(arenaSize)
        return overflow ? nil : sum
    }

    /// Whether the last object that the header knows of lies in so many bytes.
    func hasTail(within size: UInt64, of file: Descriptor) -> Bool {
        guard tail >= headerSize, tail < size, size - tail >= UInt64(Self.objectHeader),
            let object = try? file.read(Self.objectHeader, at: Int(tail), subject: Self.subject),
            object.count == Self.objectHeader
        else { return false }
        return Self.number(object, at: 8) <= size - tail
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> UInt64 {
        bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
