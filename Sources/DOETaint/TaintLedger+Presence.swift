internal import Glibc

extension TaintLedger {
    /// Whether a state directory has a ledger: it was in use, and whatever else belongs to it has to be there too.
    public static func isThere(directory: String) -> Bool { unsafe access(path(in: directory), F_OK) == 0 }
}
