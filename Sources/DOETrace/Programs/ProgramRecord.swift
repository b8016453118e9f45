internal import DOELinux
internal import DOEWords

/// What a program tells, as it stands in the ring: numbers at their natural places.
enum ProgramRecord {
    /// Bytes 8 to 11.
    enum Kind: Int32 {
        case read = 1
        case writer = 2
    }

    static let time = 0
    static let kind = 8
    static let thread = 12

    /// A read of a dword that has ended.
    enum Read {
        static let offset = 16
        static let result = 20
        static let value = 24
        static let name = 32
        static let size = name + ProgramTables.nameSize
    }

    /// Somebody who writes.
    enum Writer {
        static let process = 16
        static let uid = 20
        static let gid = 24
        static let login = 28
        static let session = 32
        static let parent = 36
        static let started = 40
        static let controlGroup = 48
        static let parentCommand = 56
        static let parentCommandSize = 16
        static let inode = 72
        static let device = 80
        /// How many names lead from the file up to its mount's root.
        static let depth = 84
        static let unknownDepth: Int32 = -1
        static let names = 88
        static let nameSize = 96
        static let levels = 8
        static let size = names + levels * nameSize
    }

    /// What a record says.
    enum Content: Hashable {
        /// A read that has begun, and the same that has ended.
        case read(TracedEvent, TracedEvent)
        case writer(DOETrace.Writer)
    }

    /// Reads one; `nil` where it is none of ours.
    static func content(of record: RawSpan) -> Content? {
        guard record.byteCount >= Read.size else { return nil }
        switch Kind(rawValue: number(kind, record)) {
        case .read: return read(record)
        case .writer where record.byteCount >= Writer.size: return .writer(writer(record))
        case .writer, nil: return nil
        }
    }

    private static func read(_ record: RawSpan) -> Content? {
        let time = record.littleEndianQuadword(at: time)
        let thread: Int32 = number(thread, record)
        let end = (0..<ProgramTables.nameSize).first { record.byte(at: Read.name + $0) == 0 } ?? ProgramTables.nameSize
        guard let function = FunctionAddress(name: Read.name..<Read.name + end, of: record),
            let offset = UInt16(exactly: number(Read.offset, record)), offset < 4096
        else { return nil }
        let result = number(Read.result, record)
        let value = result == 0 ? record.littleEndianDword(at: Read.value) : nil
        return .read(
            TracedEvent(time: time, thread: thread, access: .read(function: function, offset: offset)),
            TracedEvent(time: time, thread: thread, access: .readEnded(offset: offset, value: value, result: result)))
    }

    private static func writer(_ record: RawSpan) -> DOETrace.Writer {
        DOETrace.Writer(
            time: record.littleEndianQuadword(at: time), thread: number(thread, record),
            process: number(Writer.process, record),
            started: record.littleEndianQuadword(at: Writer.started), uid: record.littleEndianDword(at: Writer.uid),
            gid: record.littleEndianDword(at: Writer.gid),
            login: record.littleEndianDword(at: Writer.login),
            session: record.littleEndianDword(at: Writer.session),
            parent: number(Writer.parent, record),
            parentCommand: text(Writer.parentCommand, Writer.parentCommandSize, record),
            controlGroup: record.littleEndianQuadword(at: Writer.controlGroup), program: program(record))
    }

    /// `nil` where its names are too many, or too long.
    private static func program(_ record: RawSpan) -> HostFiles.File? {
        let depth = Int(number(Writer.depth, record))
        guard 1...Writer.levels ~= depth else { return nil }
        let names = (0..<depth).map { text(Writer.names + $0 * Writer.nameSize, Writer.nameSize, record) }
        // A name that fills its place is cut off.
        guard names.allSatisfy({ !$0.isEmpty && $0.utf8.count < Writer.nameSize - 1 }) else { return nil }
        return HostFiles.File(
            names: names.reversed(), device: record.littleEndianDword(at: Writer.device),
            inode: record.littleEndianQuadword(at: Writer.inode))
    }

    private static func text(_ place: Int, _ size: Int, _ record: RawSpan) -> String {
        let bytes = (place..<place + size).map { record.byte(at: $0) }.prefix { $0 != 0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ place: Int, _ record: RawSpan) -> Int32 {
        Int32(bitPattern: record.littleEndianDword(at: place))
    }
}
