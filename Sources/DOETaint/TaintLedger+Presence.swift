internal import Glibc

extension TaintLedger {
    /// Whether a state directory has a ledger, or something in its place: it was in use, and whatever else belongs to
    /// it has to be there too.
    public static func isThere(directory: String) -> Bool {
        var status = stat()
        return unsafe lstat(path(in: directory), &status) == 0
    }
}
