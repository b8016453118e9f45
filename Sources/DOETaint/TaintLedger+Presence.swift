internal import DOELinux

extension TaintLedger {
    /// Whether a state directory has a ledger, or something in its place, or does not let anybody look: it was in use, and
    /// whatever else belongs to it has to be there too.
    public static func isThere(directory: String) -> Bool { OwnFile.isThere(path(in: directory)) }
}
