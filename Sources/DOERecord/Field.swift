/// The journal fields of ours. Absent from a record where they do not apply.
public enum Field: String, CaseIterable, Hashable, Sendable {
    /// The kind of event, a word of `Event`.
    case event = "DOE_EVENT"
    /// 128 random bits, hexadecimal, made with the ring: sequence numbers count within it.
    case instance = "DOE_INSTANCE"
    /// Counts records of an instance from 1 in the order in which they were closed; no number is left out.
    case sequence = "DOE_SEQ"
    /// SHA-256 over the record before this one.
    case chain = "DOE_CHAIN"
    /// The kernel's boot id at the event, 32 hexadecimal digits.
    case boot = "DOE_BOOT"
    /// Wall clock of the event, microseconds since 1970.
    case time = "DOE_TIME"
    /// Monotonic clock of the event, microseconds.
    case monotonic = "DOE_MONOTONIC"
    /// Version of this list.
    case schema = "DOE_SCHEMA"
    /// What stands behind the mailbox's name: real, simulated, remote.
    case kind = "DOE_KIND"
    /// proxy, kernel, bypass, passthrough.
    case road = "DOE_ROAD"
    /// `0000:0d:00.0@190`
    case mailbox = "DOE_MAILBOX"
    /// `0000:0d:00.0`
    case address = "DOE_ADDRESS"
    /// `8086:0d93`
    case device = "DOE_DEVICE"
    /// The device serial number, `00-00-00-00-00-00-12-34`.
    case serial = "DOE_SERIAL"
    /// The bound driver.
    case driver = "DOE_DRIVER"
    /// `1e98:02`
    case object = "DOE_OBJECT"
    /// `CXL Table Access (CDAT)`
    case objectName = "DOE_OBJECT_NAME"
    /// kernel-expected, published, vendor, compliance, unknown, malformed.
    case objectClass = "DOE_CLASS"
    /// allow, warn, deny, observed.
    case verdict = "DOE_VERDICT"
    /// What would have been decided of what had already happened.
    case would = "DOE_WOULD"
    /// Who decided: `FILE:LINE`, `gatekeeper`, `default`.
    case rule = "DOE_RULE"
    /// `GENERATION:SHA256`
    case policy = "DOE_POLICY"
    /// production, bring-up.
    case mode = "DOE_MODE"
    /// How it ended: `done`, `refused`, `interrupted`, `forgotten`, or why there was no response.
    case status = "DOE_STATUS"
    /// Size of the request, header included.
    case requestBytes = "DOE_REQUEST_BYTES"
    /// SHA-256 of the request.
    case requestDigest = "DOE_REQUEST_SHA256"
    /// Size of the response, header included.
    case responseBytes = "DOE_RESPONSE_BYTES"
    /// SHA-256 of the response.
    case responseDigest = "DOE_RESPONSE_SHA256"
    /// From the first look at the mailbox to the last, microseconds.
    case latency = "DOE_LATENCY_USEC"
    /// The letters that this event raised: `VC`.
    case taint = "DOE_TAINT"
    /// The SPDM request's name, or `opaque`.
    case spdm = "DOE_SPDM"
    /// The compliance request's name.
    case compliance = "DOE_COMPLIANCE"
    /// The client's process id when it connected.
    case clientPID = "DOE_CLIENT_PID"
    /// Its effective user id when it connected.
    case clientUID = "DOE_CLIENT_UID"
    /// The login uid that audit set.
    case clientLoginUID = "DOE_CLIENT_LOGINUID"
    /// The audit session.
    case clientSession = "DOE_CLIENT_SESSION"
    /// The program's file.
    case clientExe = "DOE_CLIENT_EXE"
    /// The system unit.
    case clientUnit = "DOE_CLIENT_UNIT"
    /// The container.
    case clientContainer = "DOE_CLIENT_CONTAINER"
    /// The parent, `PID NAME`.
    case clientParent = "DOE_CLIENT_PARENT"
}
