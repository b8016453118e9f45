internal import DOELinux
public import DOEWords

/// A file among drop-ins that looks as if it was meant to count, and is not read. It is no error, since editors and package
/// managers leave such files for a while; but whoever wrote it has to be told.
public struct PassedOverFile: ExplainedError, Hashable {
    /// Its path.
    public let path: String
    /// Why it is not read, without its path.
    public let reason: String
    /// What to do next.
    public let remedy: String?

    /// What was found.
    public var problem: String { "\(path) is not read: \(reason)" }
}

extension DropInDirectories {
    /// Those of the directories that can be looked at, in the order of precedence.
    public func passedOver() -> [PassedOverFile] {
        paths.flatMap { path -> [PassedOverFile] in
            guard let directory = try? TrustedDirectory.open(path, owners: owners),
                let names = try? directory.names(limit: Self.entryLimit, where: selection.isNearly)
            else { return [] }
            return names.map { name in
                PassedOverFile(
                    path: "\(path)/\(name)", reason: reason(name),
                    remedy: "give it a name that is read, \(selection.example), or take it away")
            }
        }
    }

    private func reason(_ name: String) -> String {
        name.utf8.first == UInt8(ascii: ".")
            ? "its name begins with a full stop" : "\(selection.ending), in small letters"
    }
}

extension DropInDirectories.Selection {
    fileprivate var example: String {
        switch self {
        case .suffix(let suffix): "50-site\(suffix)"
        case .name(let name): name
        }
    }

    fileprivate var ending: String {
        switch self {
        case .suffix(let suffix): "what is read ends in \(suffix)"
        case .name(let name): "what is read is called \(name)"
        }
    }

    /// Whether a name that does not count is one that does but for capitals, or a full stop at its beginning. What begins
    /// with `.#` is an editor's lock.
    fileprivate func isNearly(_ name: String) -> Bool {
        guard !takes(name), !name.hasPrefix(".#") else { return false }
        let bytes = name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        switch self {
        case .suffix(let suffix): return bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        case .name(let wanted): return bytes.drop { $0 == UInt8(ascii: ".") }.elementsEqual(wanted.utf8)
        }
    }
}
