internal import DOELinux
internal import Glibc
internal import SystemPackage

/// Where the ledger's bytes are. One caller at a time.
protocol LedgerDisk: Sendable {
    /// All bytes; `nil` where there is no ledger. More than `limit` are an error.
    func read(limit: Int) throws(LinuxError) -> [UInt8]?
    /// Adds bytes to a file of this length; they are on the disk when it returns.
    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure)
    /// Puts other content in place of what is there, whole or not at all; it is on the disk when it returns.
    func replace(_ bytes: [UInt8]) throws(LinuxError)
}

/// Bytes could not be added.
struct AppendFailure: Error {
    let error: LinuxError
    /// Whether the file is as it was before, so that more can be added to it. Else it has to be replaced.
    let isUndone: Bool
}

/// The ledger's file.
final class LedgerFile: LedgerDisk {
    private let path: String

    init(_ path: String) { self.path = path }

    func read(limit: Int) throws(LinuxError) -> [UInt8]? {
        do throws(LinuxError) {
            return try WholeFile.read(path, limit: limit)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure) {
        let number = unsafe open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else {
            let error = LinuxError.last("open", path)
            throw AppendFailure(error: error, isUndone: error.errno != .noSuchFileOrDirectory)
        }
        let file = Descriptor(owning: number)
        guard lseek(number, 0, SEEK_END) == off_t(length) else {
            // Somebody was at it while the daemon ran.
            throw AppendFailure(error: LinuxError("append to", path, .staleNFSFileHandle), isUndone: false)
        }
        do throws(LinuxError) {
            try file.write(bytes, subject: path)
        } catch {
            throw AppendFailure(error: error, isUndone: ftruncate(number, off_t(length)) == 0)
        }
        do throws(LinuxError) {
            try file.synchronize(subject: path)
        } catch {
            // The kernel tells of such an error once, and another sync may then pass over what was never written.
            throw AppendFailure(error: error, isUndone: false)
        }
    }

    func replace(_ bytes: [UInt8]) throws(LinuxError) { try AtomicFile.write(bytes, to: path, mode: 0o640) }
}
