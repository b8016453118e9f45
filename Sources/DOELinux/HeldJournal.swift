internal import Glibc
internal import SystemPackage

/// A journal whose files are held open one by one, so that of each entry it is known in which file it stands. For one
/// thread.
public final class HeldJournal {
    private let source: JournalSource
    private var held: [FileNumber: JournalFile] = [:]
    private var inUse: Set<FileNumber> = []
    /// The directories as they were before the files in them were last looked for; `nil` where a change might not
    /// show.
    private var looked: [String: Stamp]?

    /// Opens nothing yet.
    public init(_ source: JournalSource) { self.source = source }

    /// What is held.
    public var files: [JournalFile] { Array(held.values) }

    /// Holds the files that journald writes to now, too. Once held a file stays so, whatever becomes of its name.
    /// Throws where nothing of the journal can be opened.
    public func holdNew() throws(LinuxError) {
        if let looked, looked == Self.stamps(looked.keys) { return }
        let now = Clocks.realtimeMicroseconds
        let stamps = Self.stamps(Set(try directories()))
        looked = nil
        var found: Set<FileNumber> = []
        try visit { path in
            path.isJournalInUse
        } _: { file in
            found.insert(file.number)
            if held[file.number] == nil { held[file.number] = file }
        }
        inUse = found
        if stamps.values.allSatisfy({ $0.isSettled(at: now) }) { looked = stamps }
    }

    /// Whether journald was seen to write to it when its files were last looked for.
    public func isInUse(_ file: JournalFile) -> Bool { inUse.contains(file.number) }

    /// Calls `body` with each file that there is, those that journald is done with too, and with those that are held.
    /// Which of them it keeps is its own affair.
    public func visitAll(_ body: (JournalFile) throws(LinuxError) -> Void) throws(LinuxError) {
        var visited: Set<FileNumber> = []
        try visit { path in
            path.isJournalFile
        } _: { file throws(LinuxError) in
            guard visited.insert(file.number).inserted else { return }
            try body(held[file.number] ?? file)
        }
        // Renamed between two looks.
        for (number, file) in held where !visited.contains(number) { try body(file) }
    }

    /// Holds a file on.
    public func hold(_ file: JournalFile) { held[file.number] = file }

    /// Lets go of a file.
    public func letGo(of file: JournalFile) { held[file.number] = nil }

    /// Lets go of all files, so that those that were removed take no room.
    public func letGo() {
        held = [:]
        inUse = []
        looked = nil
    }

    private func visit(
        _ isWanted: (String) -> Bool, _ body: (JournalFile) throws(LinuxError) -> Void
    ) throws(LinuxError) {
        var isAnyOpen = false
        var failure: LinuxError?
        for directory in try directories() {
            let names: [String]
            do throws(LinuxError) {
                names = try HeldDirectory(directory).names(in: ".").sorted()
            } catch {
                if error.errno != .noSuchFileOrDirectory { failure = error }
                continue
            }
            for name in names where isWanted(name) {
                let file: JournalFile
                do throws(LinuxError) {
                    file = try JournalFile("\(directory)/\(name)", of: source)
                } catch {
                    // Gone between two looks: removed, or under another name by now.
                    if error.errno != .noSuchFileOrDirectory { failure = error }
                    continue
                }
                isAnyOpen = true
                try body(file)
            }
        }
        if let failure, !isAnyOpen { throw failure }
    }

    /// Throws where one that was named is not there.
    private func directories() throws(LinuxError) -> [String] {
        guard case .directory(let path) = source else { return source.directories(names: []) }
        return source.directories(names: try HeldDirectory(path).names(in: "."))
    }

    private static func stamps(_ paths: some Sequence<String>) -> [String: Stamp] {
        Dictionary(uniqueKeysWithValues: paths.map { ($0, Stamp(of: $0)) })
    }
}

/// When a directory was last changed, and which one it is.
private struct Stamp: Equatable {
    private let device: UInt64
    private let number: UInt64
    /// Microseconds since 1970; 0 where it is not there.
    private let time: UInt64

    /// Changes that are as close together may have one and the same time.
    private static let clockStep: UInt64 = 100_000

    init(of path: String) {
        var status = stat()
        let isThere = unsafe stat(path, &status) == 0
        device = isThere ? UInt64(status.st_dev) : 0
        number = isThere ? UInt64(status.st_ino) : 0
        time = isThere ? UInt64(status.st_mtim.tv_sec) * 1_000_000 + UInt64(status.st_mtim.tv_nsec) / 1000 : 0
    }

    /// Whether a change after this moment has another time for certain.
    func isSettled(at now: UInt64) -> Bool { time + Self.clockStep < now }
}
