internal import Glibc

/// The process's environment.
public enum Environment {
    /// Whether a variable is set, to whatever.
    public static func has(_ name: String) -> Bool {
        let value = unsafe getenv(name)
        return unsafe value != nil
    }
}
