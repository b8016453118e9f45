internal import DOELinux
internal import SystemPackage

/// Where the ledger's bytes are. One caller at a time.
protocol LedgerDisk: Sendable {
    /// All bytes; `nil` where there is no ledger. More than `limit` are an error.
    func read(limit: Int) throws(LinuxError) -> [UInt8]?
    /// The bytes that are now in the file that was read or written last; `nil` where nobody knows which that is.
    func readAgain(limit: Int) throws(LinuxError) -> [UInt8]?
    /// Adds bytes to a file of this length; they are on the disk when it returns.
    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure)
    /// Puts other content in place of what is there, whole or not at all; it is on the disk when it returns.
    func replace(_ bytes: [UInt8]) throws(LinuxError)
    /// Whether what lies there is what was read or written last.
    func look() -> LedgerSight
}

/// Bytes could not be added.
struct AppendFailure: Error {
    let error: LinuxError
    /// Whether the file is as it was before, so that more can be added to it. Else it has to be replaced.
    let isUndone: Bool
}

/// What a look at the ledger's file shows.
enum LedgerSight: Hashable, Sendable {
    /// It is as it was left, or nobody can tell.
    case same
    /// Somebody was at it: only its content tells whether it is as it was left.
    case touched
    /// It is not.
    case changed(LedgerChange)
}

/// What somebody has done to the ledger's file while the daemon lives.
public enum LedgerChange: Hashable, Sendable, CustomStringConvertible {
    /// It is not there any more.
    case removed
    /// Another file has its place.
    case replaced
    /// Something else has its place, or others may write to it: which path, and what is wrong with it.
    case displaced(String)
    /// It was cut, or something was added.
    case resized(from: Int, to: Int)
    /// Its content is another.
    case edited

    /// DOE_STATUS.
    public var status: String {
        switch self {
        case .removed: "removed"
        case .replaced: "replaced"
        case .displaced: "displaced"
        case .resized: "resized"
        case .edited: "edited"
        }
    }

    /// As part of a sentence.
    public var description: String {
        switch self {
        case .removed: "it was removed"
        case .replaced: "another file was put in its place"
        case .displaced(let what): "what lies there is no ledger of ours: \(what)"
        case .resized(let before, let now): "it had \(before) bytes and was found with \(now)"
        case .edited: "its content was changed"
        }
    }
}
