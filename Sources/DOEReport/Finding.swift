public import DOEWords

/// Something that needs attention: one kind of event at one mailbox by one client, however often it happened.
public struct Finding: Hashable, Sendable, Encodable {
    /// What it is, in the order in which a person should read it.
    public enum Kind: String, CaseIterable, Hashable, Sendable, Encodable {
        /// The trail itself says that records are lost.
        case recordsLost = "records-lost"
        /// Letters of taint may be lost: their ledger was found without what had been written to it.
        case taintLost = "taint-lost"
        /// Numbers are missing.
        case gap
        /// A record does not fit the one before it.
        case chainBroken = "chain-broken"
        /// Two different records carry one number.
        case conflict
        /// Somebody other than the daemon wrote entries in the trail's name.
        case foreignWriter = "foreign-writer"
        /// A file that is there was not read.
        case unread
        /// Entries could not be read.
        case unreadable
        /// Records of a newer schema could not be checked.
        case newer
        /// Compliance mode was attempted, or used.
        case compliance
        /// A lease was asked for on a production host, and not given.
        case leaseAttempted = "lease-attempted"
        /// Userspace went behind the proxy's back.
        case bypass
        /// The kernel used an object that it is not expected to use.
        case kernelUnexpected = "kernel-unexpected"
        /// Somebody else's exchange was at a mailbox at the same time as one of ours.
        case collision
        /// The witness did not see, or has lost events.
        case blind
        /// An exchange was under way when the daemon ended.
        case interrupted
        /// A permitted exchange got no response.
        case failed
        /// The taint ledger could not be kept for a time, or somebody was at it.
        case ledger
        /// Records waited long for the journal; they are in it by now.
        case recordsDelayed = "records-delayed"
        /// A policy was refused.
        case policyBroken = "policy-broken"
        /// The policy refused an exchange, and it passed: the daemon was permissive.
        case unenforced
        /// The policy refused an exchange.
        case refused
        /// A lease was asked for where there are leases, and not given.
        case leaseRefused = "lease-refused"
        /// A limit on clients refused requests or connections.
        case limited
        /// Somebody who is not root asked for a change on the control socket.
        case changeRefused = "change-refused"
        /// Bytes that were no object or no frame.
        case malformed
        /// A mailbox was leased.
        case leased
        /// The host's mode went down.
        case modeLowered = "mode-lowered"
        /// Nobody looked for a time: the daemon did not run, or had just begun to.
        case unseen
        /// Userspace wrote to a function's registers that are no mailbox's.
        case configWrite = "config-write"
        /// An exchange passed with a warning.
        case warned
        /// A letter was raised by something else.
        case tainted
    }

    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Encodable {
        /// The trail cannot be trusted, or the device may be harmed.
        case critical
        /// Something did not work, or was stopped.
        case error
        /// Something to look at in the morning.
        case warning
    }

    /// What it is.
    public let kind: Kind
    /// What happened, one line: `1e98:00 CXL Compliance Mode at 0000:0d:00.0@190 by uid 0 /usr/sbin/setpci`.
    public let what: String
    /// What to do next.
    public let remedy: String
    /// How often.
    public internal(set) var count: Int
    /// When it happened first; `nil` where that cannot be said.
    public internal(set) var first: Timestamp?
    /// When it happened last.
    public internal(set) var last: Timestamp?
    /// All letters that it raised were acknowledged after it.
    public internal(set) var isAcknowledged = false
    /// On which host, where the journal has records of several.
    public internal(set) var host: String?

    /// How bad it is.
    public var severity: Severity { kind.severity }

    private enum CodingKeys: String, CodingKey {
        case kind, severity, what, host, remedy, count, first, last, acknowledged
    }

    /// Encoded with its severity.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(severity, forKey: .severity)
        try container.encode(what, forKey: .what)
        try container.encodeIfPresent(host, forKey: .host)
        try container.encode(remedy, forKey: .remedy)
        try container.encode(count, forKey: .count)
        try container.encodeIfPresent(first, forKey: .first)
        try container.encodeIfPresent(last, forKey: .last)
        if isAcknowledged { try container.encode(true, forKey: .acknowledged) }
    }
}

extension Finding.Kind {
    /// How bad this kind is.
    public var severity: Finding.Severity {
        switch self {
        case .recordsLost, .taintLost, .gap, .chainBroken, .conflict, .unread, .compliance, .leaseAttempted, .bypass,
            .kernelUnexpected, .collision:
            .critical
        case .foreignWriter, .unreadable, .newer, .interrupted, .failed, .policyBroken, .unenforced, .refused,
            .leaseRefused, .limited, .changeRefused, .malformed, .blind, .ledger:
            .error
        case .recordsDelayed, .leased, .modeLowered, .unseen, .configWrite, .warned, .tainted: .warning
        }
    }

    /// What to do, where the record itself does not know better.
    var remedy: String {
        switch self {
        case .recordsLost: "look at the journal around that time: 'doe-audit status' tells whether records still wait"
        case .taintLost:
            "find out who has taken it away; which letters there were is in the records before that: doe-audit report"
        case .ledger: "see whether it is kept now: doe-audit status"
        case .gap: "see whether the records still wait in the ring ('doe-audit status') or the journal was vacuumed"
        case .chainBroken:
            "compare with a copy of the journal kept elsewhere: a record was changed after it was written"
        case .conflict: "trust neither record: somebody wrote to the journal in the trail's name"
        case .foreignWriter:
            "see the entry's _UID, _SYSTEMD_UNIT and _EXE with 'journalctl -o verbose SYSLOG_IDENTIFIER=doe-auditd'"
        case .unread: "read it as root, or with the systemd that wrote it; what stands in it is not in this report"
        case .newer: "check them with the doe-audit that belongs to the daemon that wrote them"
        case .unreadable: "read it with the doe-audit that belongs to the daemon that wrote it"
        case .compliance: "find out who ran it: compliance mode makes a device corrupt or lose data"
        case .leaseAttempted:
            "find out who asked: nothing was released, and on a production host nobody can mean it"
        case .bypass: "find out who ran it, and have it use the mailbox's socket"
        case .kernelUnexpected:
            "find the module that did it: 'dmesg', 'lsmod'; if this kernel is known to use it, an object line may say so"
        case .collision:
            "trust neither response: two users of one mailbox read each other's; have the other use the mailbox's socket"
        case .blind: "see 'doe-audit doctor': it says why, and what can be done"
        case .interrupted: "see why the daemon ended; the record says whether its next start could abort the mailbox"
        case .failed: "see the status; a device that fails again and again needs its vendor"
        case .recordsDelayed: "see why the journal did not keep up: 'journalctl -u systemd-journald', a full disk"
        case .policyBroken:
            "run 'doe-audit policy check', mend the rules, then 'doe-audit policy reload'; the record says what is in force"
        case .unenforced:
            "before rules are enforced again, write those that it takes ('doe-audit policy suggest'), or find out who it was"
        case .refused: "if it should pass, 'doe-audit policy explain' tells which rule to write"
        case .leaseRefused: "nothing was released: the message says what stood in the way"
        case .limited:
            "find out whether that program is broken; if it needs more, raise the limit ('doe-auditd --help')"
        case .changeRefused: "find out who asked: the group doe-audit is for reading, and changes are root's"
        case .malformed: "find out who sent it: a broken client, or a probe"
        case .leased: "see what was done under it: 'doe-audit taint', and X in the records of that mailbox"
        case .modeLowered: "if it was not meant, find out who locked the kernel down"
        case .unseen: "see why the daemon did not run, and have it start early at boot"
        case .configWrite: "find out who ran it: the kernel does not know of what was written"
        case .warned: "if it is expected, write a rule that allows it"
        case .tainted: "see 'doe-audit taint'"
        }
    }
}
