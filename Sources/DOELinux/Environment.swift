internal import Glibc

/// The process's environment.
public enum Environment {
    /// A variable's value; `nil` where it is not set.
    public static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Whether a variable is set, to whatever.
    public static func has(_ name: String) -> Bool {
        value(name) != nil
    }
}
