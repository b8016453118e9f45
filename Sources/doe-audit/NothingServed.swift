internal import DOEWords

/// The daemon is witness only.
struct NothingServed: ExplainedError {
    let problem = "this host's daemon is witness only (proxy = false): it serves no mailbox, and nothing was sent"
    let remedy: String? =
        "to have exchanges judged and carried out, set 'proxy = true' (doe-audit config show says where it is set) "
        + "and restart doe-auditd"
}
