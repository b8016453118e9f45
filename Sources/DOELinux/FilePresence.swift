internal import Glibc

/// Whether something stands at a path.
public enum FilePresence {
    /// False only where the kernel says that there is nothing. Where it does not let this process look, something may be
    /// there: who goes on finds out what.
    public static func mayBe(at path: String) -> Bool {
        unsafe access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }
}
