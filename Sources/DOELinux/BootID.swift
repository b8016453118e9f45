internal import DOEWords
internal import SystemPackage

/// Which boot of the kernel this is.
public enum BootID {
    /// 32 hexadecimal digits, as the journal writes it.
    public static func current() throws(LinuxError) -> String {
        let path = "/proc/sys/kernel/random/boot_id"
        let digits = try WholeFile.read(path, limit: 64).filter(\.isLowercaseHexDigit)
        guard digits.count == 32 else { throw LinuxError("read", path, .invalidArgument) }
        return String(decoding: digits, as: UTF8.self)
    }
}
