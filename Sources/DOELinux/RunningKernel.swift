internal import Glibc

/// The kernel that runs.
public enum RunningKernel {
    /// `uname -r`: `6.12.9-amd64`.
    public static var release: String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "" }
        return unsafe withUnsafeBytes(of: &name.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
