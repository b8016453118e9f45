/// The kinds of event, each with its message id and its text in the catalog.
public enum Event: String, CaseIterable, Hashable, Sendable {
    /// An exchange that was allowed.
    case exchangeAllowed = "exchange-allowed"
    /// An exchange that passed with a warning.
    case exchangeWarned = "exchange-warned"
    /// An exchange that was refused by the policy.
    case exchangeRefused = "exchange-refused"
    /// A refused attempt to reach compliance mode.
    case complianceRefused = "compliance-refused"
    /// Bytes that were no object or no frame.
    case malformedRequest = "malformed-request"
    /// An exchange that was permitted and got no response.
    case exchangeFailed = "exchange-failed"
    /// An exchange that the daemon's end left open.
    case exchangeInterrupted = "exchange-interrupted"
    /// An exchange that was seen after it had happened.
    case exchangeObserved = "exchange-observed"
    /// Writes to registers of a function that are no mailbox's, seen after they had happened, one or many.
    case configWritten = "config-written"
    /// Somebody else's exchange was at a mailbox at the same time as one of ours.
    case collision
    /// The witness sees, from now on.
    case witnessStarted = "witness-started"
    /// The witness does not see.
    case witnessBlind = "witness-blind"
    /// The witness has lost events.
    case witnessMissed = "witness-missed"
    /// Requests or connections that a limit on clients refused, one or many.
    case limitsRefused = "limits-refused"
    /// Changes on the control interface that somebody who is not root asked for, one or many.
    case changeRefused = "change-refused"
    /// The daemon serves.
    case daemonStarted = "daemon-started"
    /// The daemon ended in order.
    case daemonStopped = "daemon-stopped"
    /// A mailbox was leased.
    case leaseStarted = "lease-started"
    /// A lease came to its end.
    case leaseEnded = "lease-ended"
    /// A lease was asked for and not given.
    case leaseRefused = "lease-refused"
    /// The SPDM talk with a mailbox was taken from its owner.
    case spdmReleased = "spdm-released"
    /// Somebody has looked into letters of taint and acknowledged them.
    case taintAcknowledged = "taint-acknowledged"
    /// Letters were raised that the ledger cannot take yet; or it has taken them at last.
    case taintOwed = "taint-owed"
    /// Letters may be lost: the ledger was found without what had been written to it.
    case taintLost = "taint-lost"
    /// Somebody was at the ledger's file while the daemon lived.
    case ledgerChanged = "ledger-changed"
    /// The host's mode went down while the daemon lives.
    case modeLowered = "mode-lowered"
    /// A policy came into force.
    case policyLoaded = "policy-loaded"
    /// The rules cannot be used. At the start that means: every exchange is refused.
    case policyBroken = "policy-broken"
    /// Records were lost, or cannot be shown to be there.
    case recordsLost = "records-lost"
    /// Records wait for the journal longer than they should.
    case recordsDelayed = "records-delayed"

    /// MESSAGE_ID, 128 random bits made once for this event, 32 hexadecimal digits.
    public var messageID: String {
        switch self {
        case .exchangeAllowed: "1ad8f76a91c14a189ee26180adb8e426"
        case .exchangeWarned: "c58d3b75d053489b8f113dba07bc531c"
        case .exchangeRefused: "6e6d09f809424a4d9e2a9b1d317ca749"
        case .complianceRefused: "07a3fe6db09a4d018baa6c2f5a2816f6"
        case .malformedRequest: "e63360d194614d73b803004736f501b3"
        case .exchangeFailed: "cf967e1943eb49699c91370e75e7cf92"
        case .exchangeInterrupted: "5740c2a699d44655bcd33354a4a4dfb0"
        case .exchangeObserved: "712a4b0751664d159c6722a09e0df226"
        case .configWritten: "48b57263422c4a3184565d6c919e6c02"
        case .collision: "ee692a6405b04f35b6d0fd6389f8a996"
        case .witnessStarted: "d3f4bee4b460470387add7a1515b9560"
        case .witnessBlind: "843eb231b2da4812a01ac943ec79d9d0"
        case .witnessMissed: "7a0d203811e44e5c917da6b39db825d2"
        case .limitsRefused: "502d76cbe97e417d8d886a57a7ce7b73"
        case .changeRefused: "059784caaf1f4c67a3a73e6152762a8c"
        case .daemonStarted: "2c5a2d1ff5c742f39ada8896b6863bec"
        case .daemonStopped: "906a502d657d4409a4720b3a8f9a8a73"
        case .leaseStarted: "ad8d4dfd348447ddbd4f4fb74c67310c"
        case .leaseEnded: "4a272d4fcead44f884159d8935e82555"
        case .leaseRefused: "a12206ddd6c84a6196257f9cf6b3a616"
        case .spdmReleased: "9a9bb57161884d09a9144868f135835f"
        case .taintAcknowledged: "8e14134fcff341919e32e9a6997d57e7"
        case .taintOwed: "b9a571988c1d42f2bfec94d95f3596e6"
        case .taintLost: "66e4f3bcc7ca4dadbb3fb9e62c2e96b4"
        case .ledgerChanged: "ab18b7c62e754af9963c40fd547c873d"
        case .modeLowered: "991720cc762c461492286a39c6ba634b"
        case .policyLoaded: "7cdc6dc06e984e2b80aa689e7fab7f56"
        case .policyBroken: "7f16b2d106ac4cb097eda5c2e1914285"
        case .recordsLost: "3e2ee5bd579d4b73a8cd07cedcecf3e7"
        case .recordsDelayed: "a6654f8422fa4de08c8f96c64ba3a40e"
        }
    }
}
