/// What a policy may cost at most, so that a file that is no rule file cannot eat the host's memory.
public enum RuleLimits {
    /// Bytes of one line, its end not counted.
    public static let lineBytes = 4096
    /// Bytes of one file.
    public static let fileBytes = 16 << 20
    /// Lines of one file, empty ones too.
    public static let lines = 1 << 19
    /// Bytes of all files together.
    public static let totalBytes = 64 << 20
    /// Rules, object lines and set lines of all files together.
    public static let statements = 1 << 18
    /// Values that the sets of one condition may expand to.
    public static let alternatives = 1024
    /// Characters of all the values that one condition expands to.
    public static let expandedBytes = 1 << 16
    /// Values that the sets of all conditions together may expand to.
    public static let totalAlternatives = 1 << 20
    /// Errors that are kept of one load; the others are counted.
    public static let keptErrors = 100
    /// Warnings that are kept of one load.
    public static let keptWarnings = 1000
}
