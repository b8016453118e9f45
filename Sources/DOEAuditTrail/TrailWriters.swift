internal import DOELinux
internal import Glibc

/// Whose entries in the journal can be this trail's, by journald's own word for who sent them. Whoever may read one
/// record can work out the next one's chain, and could write the very same record once more.
enum TrailWriters {
    /// Has a journal show what this process' user wrote, and root: a daemon that has a user of its own takes up what one
    /// that was root has left in its ring.
    static func match(in journal: Journal) throws(LinuxError) {
        for user in Set([geteuid(), 0]).sorted() { try journal.match("_UID=\(user)") }
    }
}
