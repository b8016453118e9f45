internal import DOELinux

/// Directories of drop-in files, where a file masks its namesakes in directories of lower precedence.
public struct DropInDirectories: Sendable {
    /// The directories, highest precedence first.
    public let paths: [String]
    /// Which files in them count.
    public let selection: Selection
    /// Whether a directory that does not exist is an error.
    public let mustExist: Bool
    /// The user ids that directories and files may belong to.
    public let owners: Set<UInt32>

    /// Which files of a directory count.
    public enum Selection: Hashable, Sendable {
        /// Those that end in this and are not hidden: `.rules`.
        case suffix(String)
        /// The one of this name.
        case name(String)
    }

    /// The most entries one directory may have.
    public static let entryLimit = 10_000
    /// The most bytes one file may have.
    public static let fileLimit = 16 << 20
    /// The most bytes all files together may have.
    public static let totalLimit = 64 << 20

    /// Directories by their parts.
    public init(paths: [String], selection: Selection, mustExist: Bool, owners: Set<UInt32>) {
        self.paths = paths
        self.selection = selection
        self.mustExist = mustExist
        self.owners = owners
    }

    /// The host's own rule directories: /etc masks /run, which masks /usr/lib. All of it is root's.
    public static let rules = DropInDirectories(
        paths: ["/etc/doe-audit/rules.d", "/run/doe-audit/rules.d", "/usr/lib/doe-audit/rules.d"],
        selection: .suffix(".rules"),
        mustExist: false, owners: [0])

    /// One directory that was named by hand; it may also belong to whoever runs this.
    public static func rules(in directory: String) -> DropInDirectories {
        DropInDirectories(
            paths: [directory], selection: .suffix(".rules"), mustExist: true,
            owners: [0, Privileges.trustedUser])
    }

    /// Reads the files in the order of their names, whichever directory they stand in.
    ///
    /// A file that is masked is not read. A link to `/dev/null` masks and brings nothing. Anything that cannot be read
    /// or must not be believed is an error: leaving it out in silence could leave out a refusal.
    public func read() throws(DropInError) -> [DropInFile] {
        // By their bytes: strings that only look the same are equal to Swift, and are two files to Linux.
        var chosen: [[UInt8]: (name: String, directory: TrustedDirectory)] = [:]
        for path in paths {
            guard let directory = try open(path) else { continue }
            for name in try names(directory) where chosen[Array(name.utf8)] == nil {
                chosen[Array(name.utf8)] = (name, directory)
            }
        }
        var files: [DropInFile] = []
        var left = Self.totalLimit
        for (_, (name, directory)) in chosen.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard let file = try read(name, directory) else { continue }
            left -= file.text.utf8.count
            guard left >= 0 else {
                throw DropInError(
                    "with \(file.path) the drop-in files have more than \(Self.totalLimit) bytes",
                    remedy: "take out what is not needed")
            }
            files.append(file)
        }
        return files
    }

    private func open(_ path: String) throws(DropInError) -> TrustedDirectory? {
        do throws(TrustError) {
            if let directory = try TrustedDirectory.open(path, owners: owners) {
                // Where only root's files count, nobody else may choose which ones. Others name folders of their own.
                if owners == [0] { try directory.checkWay() }
                return directory
            }
        } catch {
            throw DropInError(error.problem, remedy: error.remedy)
        }
        guard !mustExist else { throw DropInError("there is no directory \(path)", remedy: "name one that exists") }
        return nil
    }

    private func names(_ directory: TrustedDirectory) throws(DropInError) -> [String] {
        do throws(TrustError) {
            return try directory.names(limit: Self.entryLimit, where: selection.takes)
        } catch {
            throw DropInError(error.problem, remedy: error.remedy)
        }
    }

    private func read(_ name: String, _ directory: TrustedDirectory) throws(DropInError) -> DropInFile? {
        let path = "\(directory.path)/\(name)"
        let content: TrustedDirectory.Content
        do throws(TrustError) {
            content = try directory.read(name, limit: Self.fileLimit)
        } catch {
            throw DropInError(error.problem, remedy: error.remedy)
        }
        guard case .bytes(let bytes) = content else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DropInError(
                "\(path):\(Self.firstLineThatIsNoText(bytes)): not UTF-8 text", remedy: "save it as UTF-8")
        }
        return DropInFile(path: path, text: text)
    }

    /// From 1. Line ends are part of no other character in UTF-8.
    private static func firstLineThatIsNoText(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return 1 + (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
    }
}

extension DropInDirectories.Selection {
    func takes(_ name: String) -> Bool {
        switch self {
        // Hidden files are what editors and package managers leave behind.
        case .suffix(let suffix):
            name.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) && name.utf8.first != UInt8(ascii: ".")
        case .name(let wanted): name.utf8.elementsEqual(wanted.utf8)
        }
    }
}
