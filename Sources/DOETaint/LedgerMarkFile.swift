public import DOELinux
public import DOEWords

/// How far the ledger has come, in a file in the runtime directory: as long as the machine runs, what is taken away
/// in the state directory, and all of that too, shows beside it.
///
/// `LEDGER LINES DIGEST STATE SEAL`: the mark; 16 digits of the SHA-256 of the state directory's path, links
/// resolved; 16 digits of the SHA-256 over all before.
public struct LedgerMarkFile: Sendable {
    private let path: String
    private let state: String

    /// Of the ledger in a state directory that exists.
    public init(runtimeDirectory: String, stateDirectory: String) {
        path = "\(runtimeDirectory)/ledger-mark"
        // However it is written: from another working directory, or over a link.
        state = Self.digits(of: RealPath.of(stateDirectory) ?? stateDirectory)
    }

    /// What stands there.
    public enum Found: Hashable, Sendable {
        /// What a daemon has noted last of this ledger.
        case mark(LedgerMark)
        /// Nothing of this ledger: no file, or one of a daemon with another state directory.
        case nothing(String)
        /// Something that no daemon has written.
        case unusable(String)

        /// Whether a daemon with this ledger was here, or may have been.
        public var isOfThisLedger: Bool { if case .nothing = self { false } else { true } }
    }

    /// What a daemon has left.
    public var found: Found {
        let read: [UInt8]?
        do throws(LinuxError) {
            read = try OwnFile.read(path, limit: 256)
        } catch {
            return .unusable(error.problem)
        }
        guard let bytes = read else { return .nothing("\(path) is not there") }
        let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
        guard words.count == 5, words[4] == Self.digits(of: words[..<4].joined(separator: " ")),
            let ledger = UInt64(lowercaseHex: words[0], digits: 16...16), let lines = UInt64(words[1]),
            lines <= LedgerMark.mostLines
        else { return .unusable("\(path) is damaged") }
        guard words[3] == state else { return .nothing("\(path) is of another state directory") }
        return .mark(LedgerMark(ledger: ledger, lines: lines, digest: String(words[2])))
    }

    /// Notes it. Where that cannot be, what was noted before still says what there has to be at least.
    public func note(_ mark: LedgerMark) throws(LinuxError) {
        let text = "\(mark.ledger.hex(digits: 16)) \(mark.lines) \(mark.digest) \(state)"
        try AtomicFile.write(Array("\(text) \(Self.digits(of: text))\n".utf8), to: path, mode: 0o600)
    }

    private static func digits(of text: String) -> String {
        String(SHA256Digest(of: Array(text.utf8)).description.prefix(16))
    }
}
