internal import Glibc

/// The names in a folder, for who only wants to know what is there.
public enum FolderNames {
    /// The names that are text, links among them, without `.` and `..`; `nil` where it is no folder, or cannot be read
    /// to its end. The order is the file system's.
    public static func read(_ path: String) -> [String]? {
        guard var stream = DirectoryStream(path) else { return nil }
        var names: [String] = []
        while let bytes = stream.next() {
            if let name = String(validating: bytes, as: UTF8.self), name != ".", name != ".." { names.append(name) }
        }
        return errno == 0 ? names : nil
    }
}
