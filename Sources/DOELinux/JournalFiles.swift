internal import CSystemd
internal import Glibc
internal import SystemPackage

/// The files of a journal, each opened here, since libsystemd passes over what it cannot read without a word.
public struct JournalFiles: Sendable {
    /// Which journal.
    public let source: JournalSource
    /// Files that are there and are not read, with why not, in the order of their paths.
    public private(set) var unread: [UnreadFile] = []
    private(set) var opened: [Descriptor] = []
    /// Whether some of what can be read lies in memory, and is lost with the machine.
    public var isVolatile: Bool { opened.contains(where: \.isInMemory) }
    /// Whether none of them can be read.
    public var isEmpty: Bool { opened.isEmpty }

    /// For how many files there are descriptors.
    private struct Room {
        /// How many descriptors this process may have.
        let limit: Int
        let count: Int

        /// Why a file more is not read.
        var refusal: String {
            count == 0
                ? "with \(limit) descriptors no file of a journal can be open: raise the limit (ulimit -Hn)"
                : "more than \(count) files cannot be open at a time: raise the limit (ulimit -Hn), or name fewer files"
        }
    }

    /// JOURNAL_FILES_MAX of libsystemd.
    private static let fileLimit = 7168
    /// Descriptors that others in this process need: libgcrypt ends a program that has none left.
    private static let spareDescriptors = 64
    /// How often directories are read again while journald makes and renames files.
    private static let attempts = 5

    /// Nothing is opened.
    init(unopened source: JournalSource) { self.source = source }

    /// Opens what is there. Throws where a directory that was named is not there.
    public init(_ source: JournalSource) throws(LinuxError) {
        self.source = source
        // Twice: libsystemd gets descriptors of its own.
        let limit = DescriptorLimit.raise()
        let room = Room(limit: limit, count: min(max(0, limit - Self.spareDescriptors) / 2, Self.fileLimit))
        if case .directory(let path) = source { _ = try HeldDirectory(path) }
        // Whatever its name is: journald renames files.
        var known: Set<FileNumber> = []
        for _ in 0..<Self.attempts {
            let before = known.count
            unread = []
            for directory in directories() { openFiles(in: directory, room: room, &known) }
            // One that was renamed between two looks shows in the next one.
            if known.count == before { break }
        }
        unread.sort { ($0.path, $0.reason) < ($1.path, $1.reason) }
    }

    /// Those that libsystemd looks into, `sd_journal_open(3)`.
    mutating func directories() -> [String] {
        guard case .directory(let path) = source else { return source.directories(names: []) }
        return source.directories(names: names(in: path))
    }

    mutating func names(in path: String) -> [String] {
        do throws(LinuxError) {
            return try HeldDirectory(path).names(in: ".")
        } catch {
            if !error.isAbsence {
                unread.append(UnreadFile(path: path, reason: "\(error.errno)"))
            }
            return []
        }
    }

    private mutating func openFiles(in directory: String, room: Room, _ known: inout Set<FileNumber>) {
        for name in names(in: directory).sorted() where name.isJournalFile {
            let path = "\(directory)/\(name)"
            if let reason = take(path, room: room, &known) { unread.append(UnreadFile(path: path, reason: reason)) }
        }
    }

    /// Opens a file; why not, where it cannot be read.
    private mutating func take(_ path: String, room: Room, _ known: inout Set<FileNumber>) -> String? {
        // A pipe of such a name must not keep anybody waiting.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return reasonNotOpened(path, Errno(rawValue: errno)) }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { return "\(Errno(rawValue: errno))" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "it is no regular file" }
        guard let identity = FileNumber(of: file) else { return "\(Errno(rawValue: errno))" }
        guard !known.contains(identity) else { return nil }
        guard opened.count < room.count else { return room.refusal }
        do throws(LinuxError) {
            _ = try Journal(source, [file])
        } catch {
            let cut = error.errno == .noData ? CutJournalFile.reason(of: file) : nil
            return cut ?? error.errno.journalReason
        }
        known.insert(identity)
        opened.append(file)
        return nil
    }
}

/// Why a file whose name was read cannot be opened; `nil` where it is gone by now, under another name mostly.
private func reasonNotOpened(_ path: String, _ error: Errno) -> String? {
    guard error == .noSuchFileOrDirectory else { return "\(error)" }
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? "it is a link to a file that is not there" : nil
}

extension Errno {
    /// What libsystemd means by it where it refuses a file.
    fileprivate var journalReason: String {
        switch self {
        case .noData: "it is truncated or empty"
        case .badMessage: "it is damaged, or no journal file"
        case .protocolNotSupported:
            "it is in a format that this libsystemd does not know: read it with a newer one, or have it written by 'journalctl -o export' there"
        default: "\(self)"
        }
    }
}
