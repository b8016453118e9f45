/// The journal fields of ours. Absent from a record where they do not apply.
///
/// The raw value is a place in a record, and nothing that is stored. It is not the name: the compiler would hash
/// those, and each record is full of fields.
public enum Field: Int, CaseIterable, Hashable, Sendable {
    /// The kind of event, a word of `Event`.
    case event
    /// 128 random bits, hexadecimal, made with the ring: sequence numbers count within it.
    case instance
    /// Counts records of an instance from 1 in the order in which they were closed; no number is left out.
    case sequence
    /// SHA-256 over the record before this one.
    case chain
    /// The kernel's boot id at the event, 32 hexadecimal digits.
    case boot
    /// Wall clock of the event, microseconds since 1970.
    case time
    /// Monotonic clock of the event, microseconds.
    case monotonic
    /// Version of this list.
    case schema
    /// The last record of the instance before, `INSTANCE:NUMBER:DIGEST`: in the first record of an instance, and in
    /// one of a loss.
    case before
    /// What stands behind the mailbox's name: real, simulated, remote.
    case kind
    /// proxy, kernel, bypass, passthrough.
    case road
    /// `0000:0d:00.0@190`
    case mailbox
    /// `0000:0d:00.0`
    case address
    /// `8086:0d93`
    case device
    /// The device serial number, `00-00-00-00-00-00-12-34`.
    case serial
    /// The bound driver.
    case driver
    /// `1e98:02`
    case object
    /// `CXL Table Access (CDAT)`
    case objectName
    /// kernel-expected, published, vendor, compliance, unknown, malformed.
    case objectClass
    /// allow, warn, deny, observed.
    case verdict
    /// What would have been decided of what had already happened.
    case would
    /// Who decided: `FILE:LINE`, `gatekeeper`, `default`; `ledger` or `trail` where that could not do its duty.
    case rule
    /// `GENERATION:SHA256`
    case policy
    /// production, bring-up.
    case mode
    /// How it ended: `done`, `refused`, `interrupted`, `forgotten`, or why there was no response; `power-cut` or
    /// `ring-damaged` of a loss.
    case status
    /// What the client was told where that is not how it ended: `blocked`.
    case told
    /// Which limit on clients refused.
    case limit
    /// How many events this record is about, where it is about many.
    case count
    /// Wall clock of the first of them, microseconds since 1970.
    case first
    /// Wall clock of the last of them, microseconds since 1970.
    case last
    /// The number of our exchange's record that somebody else's met; of several each, a blank between.
    case with
    /// The number of the record of the exchange that was observed.
    case observed
    /// Size of the request, header included.
    case requestBytes
    /// SHA-256 of the request.
    case requestDigest
    /// Size of the response, header included.
    case responseBytes
    /// SHA-256 of the response.
    case responseDigest
    /// From the first look at the mailbox to the last, microseconds.
    case latency
    /// The letters that this event raised: `VC`.
    case taint
    /// The letters that somebody has acknowledged: `VC`.
    case acknowledged
    /// Whose letters those are: `all`, `host`, a mailbox, a function, a device.
    case subject
    /// Why somebody changed something, in his own words.
    case reason
    /// The SPDM request's name, or `opaque`.
    case spdm
    /// The compliance request's name.
    case compliance
    /// The lease's id.
    case lease
    /// Whom the mailbox is leased to: `uid 1000`.
    case leaseHolder
    /// When the lease ends by the wall clock, microseconds since 1970.
    case leaseUntil
    /// Why it was asked for, in the words of whoever did.
    case leaseReason
    /// The client's process id when it connected.
    case clientPID
    /// Its effective user id when it connected.
    case clientUID
    /// Of a TCP client: the user id of the socket at its end.
    case clientTCPUID
    /// The login uid that audit set.
    case clientLoginUID
    /// The audit session.
    case clientSession
    /// The program's file.
    case clientExe
    /// The system unit.
    case clientUnit
    /// The container.
    case clientContainer
    /// The parent, `PID NAME`.
    case clientParent
    /// What an observed thread called itself, where its process was gone before anybody could look.
    case clientCommand
}

extension Field {
    /// The field's name in the journal.
    public var name: String {
        switch self {
        case .event: "DOE_EVENT"
        case .instance: "DOE_INSTANCE"
        case .sequence: "DOE_SEQ"
        case .chain: "DOE_CHAIN"
        case .boot: "DOE_BOOT"
        case .time: "DOE_TIME"
        case .monotonic: "DOE_MONOTONIC"
        case .schema: "DOE_SCHEMA"
        case .before: "DOE_BEFORE"
        case .kind: "DOE_KIND"
        case .road: "DOE_ROAD"
        case .mailbox: "DOE_MAILBOX"
        case .address: "DOE_ADDRESS"
        case .device: "DOE_DEVICE"
        case .serial: "DOE_SERIAL"
        case .driver: "DOE_DRIVER"
        case .object: "DOE_OBJECT"
        case .objectName: "DOE_OBJECT_NAME"
        case .objectClass: "DOE_CLASS"
        case .verdict: "DOE_VERDICT"
        case .would: "DOE_WOULD"
        case .rule: "DOE_RULE"
        case .policy: "DOE_POLICY"
        case .mode: "DOE_MODE"
        case .status: "DOE_STATUS"
        case .told: "DOE_TOLD"
        case .limit: "DOE_LIMIT"
        case .count: "DOE_COUNT"
        case .first: "DOE_FIRST"
        case .last: "DOE_LAST"
        case .with: "DOE_WITH"
        case .observed: "DOE_OBSERVED"
        case .requestBytes: "DOE_REQUEST_BYTES"
        case .requestDigest: "DOE_REQUEST_SHA256"
        case .responseBytes: "DOE_RESPONSE_BYTES"
        case .responseDigest: "DOE_RESPONSE_SHA256"
        case .latency: "DOE_LATENCY_USEC"
        case .taint: "DOE_TAINT"
        case .acknowledged: "DOE_ACKNOWLEDGED"
        case .subject: "DOE_SUBJECT"
        case .reason: "DOE_REASON"
        case .spdm: "DOE_SPDM"
        case .compliance: "DOE_COMPLIANCE"
        case .lease: "DOE_LEASE"
        case .leaseHolder: "DOE_LEASE_HOLDER"
        case .leaseUntil: "DOE_LEASE_UNTIL"
        case .leaseReason: "DOE_LEASE_REASON"
        case .clientPID: "DOE_CLIENT_PID"
        case .clientUID: "DOE_CLIENT_UID"
        case .clientTCPUID: "DOE_CLIENT_TCPUID"
        case .clientLoginUID: "DOE_CLIENT_LOGINUID"
        case .clientSession: "DOE_CLIENT_SESSION"
        case .clientExe: "DOE_CLIENT_EXE"
        case .clientUnit: "DOE_CLIENT_UNIT"
        case .clientContainer: "DOE_CLIENT_CONTAINER"
        case .clientParent: "DOE_CLIENT_PARENT"
        case .clientCommand: "DOE_CLIENT_COMMAND"
        }
    }
}
