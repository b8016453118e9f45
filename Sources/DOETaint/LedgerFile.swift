internal import DOELinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The ledger's file, held open: so no other file can be mistaken for it, and no descriptor is wanted when a letter
/// comes.
final class LedgerFile: LedgerDisk {
    private struct Held {
        let file: OwnFile
        let isWritable: Bool
        /// As it was left.
        let stamp: OwnFile.Stamp

        init(_ file: OwnFile, isWritable: Bool = true) throws(LinuxError) {
            self.file = file
            self.isWritable = isWritable
            stamp = try file.stamp()
        }
    }

    private let path: String
    /// The directory that it was found in: whoever moves that away and puts another one there gets nothing written.
    private let home = Mutex<HeldDirectory?>(nil)
    /// `nil` where it was not there, or where nobody knows how a write has left it.
    private let held = Mutex<Held?>(nil)

    init(_ path: String) { self.path = path }

    func read(limit: Int) throws(LinuxError) -> [UInt8]? {
        try requireHome()
        return try held.withLock { held throws(LinuxError) in
            held = try Self.open(path)
            return try held?.file.read(limit: limit)
        }
    }

    func readAgain(limit: Int) throws(LinuxError) -> [UInt8]? {
        try held.withLock { held throws(LinuxError) in
            guard let file = held?.file else { return nil }
            let size = try file.stamp().size
            guard size <= limit else { throw LinuxError("read", path, .fileTooLarge) }
            return try file.descriptor.read(size, at: 0, subject: path)
        }
    }

    private func requireHome() throws(LinuxError) {
        try home.withLock { home throws(LinuxError) in
            if let home { return try home.requirePlace() }
            home = try HeldDirectory(FilePath(path).removingLastComponent().string)
        }
    }

    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure) {
        try held.withLock { held throws(AppendFailure) in
            let file = try forWriting(held).file
            // Somebody was at it while the daemon ran.
            guard (try? file.stamp())?.size == length else {
                throw AppendFailure(error: LinuxError("append to", path, .staleNFSFileHandle), isUndone: false)
            }
            held = nil
            do throws(LinuxError) {
                try file.descriptor.write(bytes, at: length, subject: path)
            } catch {
                let isUndone = ftruncate(file.descriptor.number, off_t(length)) == 0
                if isUndone { held = try? Held(file) }
                throw AppendFailure(error: error, isUndone: isUndone)
            }
            do throws(LinuxError) {
                try file.descriptor.synchronize(subject: path)
                held = try Held(file)
            } catch {
                // The kernel tells of such an error once, and another sync may then pass over what was never written.
                throw AppendFailure(error: error, isUndone: false)
            }
        }
    }

    func replace(_ bytes: [UInt8]) throws(LinuxError) {
        try requireHome()
        try held.withLock { held throws(LinuxError) in
            held = nil
            held = try Held(try OwnFile(path, opened: try AtomicFile.write(bytes, to: path, mode: 0o640)))
        }
    }

    func look() -> LedgerSight {
        // Not by the file's path alone: into another directory in that place this process may not look.
        let isHomeThere = home.withLock { home in home == nil || (try? home?.requirePlace()) != nil }
        return held.withLock { held in
            guard let held else { return .same }
            guard isHomeThere else { return .changed(.removed) }
            let now: OwnFile.Stamp?
            do throws(LinuxError) {
                now = try OwnFile.stamp(of: path)
            } catch {
                // What cannot be looked at shows when it is written next.
                return error.call == "use" ? .changed(.displaced(error.subject)) : .same
            }
            guard let now else { return .changed(.removed) }
            guard now.isOfSameFile(as: held.stamp) else { return .changed(.replaced) }
            guard now.size == held.stamp.size else {
                return .changed(.resized(from: held.stamp.size, to: now.size))
            }
            return now == held.stamp ? .same : .touched
        }
    }

    private static func open(_ path: String) throws(LinuxError) -> Held? {
        do throws(LinuxError) {
            guard let file = try OwnFile.open(path, for: .writing) else { return nil }
            return try Held(file)
        } catch {
            // On a disk that is read-only what is there can be read all the same.
            guard error.call == "open", !error.isOutOfDescriptors, let file = try OwnFile.open(path) else {
                throw error
            }
            return try Held(file, isWritable: false)
        }
    }

    private func forWriting(_ held: Held?) throws(AppendFailure) -> Held {
        if let held, held.isWritable { return held }
        do throws(LinuxError) {
            try requireHome()
            guard let file = try OwnFile.open(path, for: .writing) else {
                throw LinuxError("open", path, .noSuchFileOrDirectory)
            }
            return try Held(file)
        } catch {
            throw AppendFailure(error: error, isUndone: error.errno != .noSuchFileOrDirectory)
        }
    }
}
