internal import Glibc

/// Paths without links.
public enum RealPath {
    /// The path with every link followed; `nil` where it leads nowhere.
    public static func of(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
