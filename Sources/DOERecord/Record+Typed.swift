public import DOEWords

/// Fields as the types of the words; `nil` where a field is absent or holds something else.
extension Record {
    /// DOE_INSTANCE: the ring's 32 hexadecimal digits.
    public var instance: String? { self[.instance] }
    /// DOE_SEQ
    public var sequence: UInt64? { self[.sequence].flatMap { UInt64($0) } }
    /// DOE_CHAIN
    public var chain: SHA256Digest? { self[.chain].flatMap { SHA256Digest($0) } }
    /// DOE_BEFORE: the last record of the instance before.
    public var before: RecordAnchor? {
        get { self[.before].flatMap { RecordAnchor($0) } }
        set { self[.before] = newValue?.description }
    }
    /// DOE_TIME: the wall clock at the event, microseconds since 1970.
    public var time: UInt64? { self[.time].flatMap { UInt64($0) } }
    /// DOE_MAILBOX
    public var mailbox: MailboxName? { self[.mailbox].flatMap { MailboxName($0) } }
    /// DOE_LATENCY_USEC, microseconds.
    public var latency: UInt64? { self[.latency].flatMap { UInt64($0) } }

    /// DOE_ROAD
    public var road: Road? {
        get { self[.road].flatMap(Road.init(rawValue:)) }
        set { self[.road] = newValue?.rawValue }
    }

    /// DOE_OBJECT
    public var object: ObjectID? {
        get { self[.object].flatMap { ObjectID($0) } }
        set { self[.object] = newValue?.description }
    }

    /// DOE_CLASS
    public var objectClass: ObjectClass? {
        get { self[.objectClass].flatMap(ObjectClass.init(rawValue:)) }
        set { self[.objectClass] = newValue?.rawValue }
    }

    /// DOE_VERDICT
    public var verdict: Verdict? {
        get { self[.verdict].flatMap(Verdict.init(rawValue:)) }
        set { self[.verdict] = newValue?.rawValue }
    }

    /// DOE_MODE
    public var mode: Mode? {
        get { self[.mode].flatMap(Mode.init(rawValue:)) }
        set { self[.mode] = newValue?.rawValue }
    }

    /// DOE_TAINT, with letters of a newer version; none where the field is absent or holds what is no letter.
    public var taint: TaintLetters {
        get { self[.taint].flatMap { TaintLetters(anyVersion: $0) } ?? [] }
        set { self[.taint] = newValue.description }
    }

    /// DOE_ACKNOWLEDGED, as `taint`.
    public var acknowledged: TaintLetters {
        get { self[.acknowledged].flatMap { TaintLetters(anyVersion: $0) } ?? [] }
        set { self[.acknowledged] = newValue.description }
    }
}
