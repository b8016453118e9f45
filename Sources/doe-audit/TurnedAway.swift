internal import DOEWords

/// The daemon took the request's connection for no talk: it sent an empty frame and closed it, which it does only where a
/// limit on clients was reached.
struct TurnedAway: ExplainedError {
    let mailbox: String

    var problem: String {
        "refused: doe-auditd takes no further connection to \(mailbox) from this user, a limit on clients was reached"
    }

    var remedy: String? {
        "close connections that nobody needs, or wait; which limit it was: doe-audit status, and limits-refused in the "
            + "journal; the limits are connections-per-user, connections-of-users and rate: doe-audit config show"
    }
}
