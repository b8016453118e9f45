internal import DOEAuditTrail
internal import DOERecord
internal import DOEWords

// A refusal touches no mailbox, and an answer from a copy neither. So one that repeats what is on record already
// needs no record of its own: it is counted.
extension Monitor {
    /// Counts a passage that touches no mailbox and repeats another one, and raises its letters; `nil` where it needs
    /// a record of its own: the first of its kind, and one that raised a letter which is new.
    func countIfRepeated(_ passage: inout Passage) -> Reply? {
        let place = refusals.take(PassageKind(of: passage))
        guard !place.isFirst else {
            passage.firstOfKind = place.kind
            return nil
        }
        // A letter that cannot be kept stays new for ever, and no flood may come of that.
        let status = passage.status
        if raise(passage.verdictTaint, in: &passage), !passage.newTaint.isEmpty { return nil }
        guard passage.status == status else { return nil }
        let record = place.kind.facts == nil ? Record(gathering: place.kind) : passage.countingRecord
        do throws(TrailError) {
            let first = try refusals.count(place.kind) { time throws(TrailError) in
                var record = record
                record[.count] = "1"
                record[.first] = String(time)
                record[.last] = String(time)
                return try trail.open(record, durability: .memory)
            }
            return conclude(passage, sequence: first, isCounted: true)
        } catch {
            passage.refuse(Refusal(by: "trail", because: error.description))
            return conclude(passage, sequence: nil)
        }
    }

    /// When `tellingCounts` is to be called next, monotonic time in microseconds; `nil` while nothing is counted.
    var nextCounts: UInt64? { [refusals.next, kernelLines.next].compactMap(\.self).min() }

    /// Calls `body`, on any thread, when `nextCounts` has become a time.
    func whenCounting(_ body: @escaping @Sendable () -> Void) {
        refusals.whenOpened(body)
        kernelLines.whenOpened(body)
    }

    /// What records, and tells the kernel log of, those that were counted and whose window has ended at this
    /// monotonic time, for a thread that may wait for the disk; `nil` where there is nothing to tell.
    func tellingCounts(at now: UInt64) -> (@Sendable () -> Void)? {
        let due = refusals.due(at: now)
        let lines = kernelLines.due(at: now)
        guard !due.isEmpty || lines != nil else { return nil }
        return {
            for record in due { record.close() }
            lines?()
        }
    }

    /// Tells of all that were counted; at the daemon's end.
    public func finishCounts() {
        for record in refusals.takeAll() { record.close() }
        kernelLines.finish()
    }
}

extension Record {
    /// What counts passages for which there is no room of their own.
    fileprivate init(gathering kind: PassageKind) {
        let who = kind.holder?.description ?? "many users"
        let (verdict, priority, what): (Verdict, Priority, String) =
            switch kind.event {
            case .exchangeAllowed: (.allow, .info, "Answered")
            case .exchangeWarned: (.warn, .warning, "Answered")
            default: (.deny, .error, "Refused")
            }
        self.init(kind.event, priority: priority, message: "\(what) \(who) what differs too much to be told apart")
        road = .proxy
        self.verdict = verdict
        self[.status] = (verdict == .deny ? ExchangeStatus.refused : .copied).description
        kind.holder?.describe(in: &self)
    }
}

extension AccountHolder {
    /// Sets what is known of all that this one asks for.
    func describe(in record: inout Record) {
        switch self {
        case .root: record[.clientUID] = "0"
        case .user(let uid): record[.clientUID] = String(uid)
        case .login(let uid): record[.clientLoginUID] = String(uid)
        case .session(let unit), .unit(let unit): record[.clientUnit] = unit
        case .loopback(let uid): record[.clientTCPUID] = String(uid)
        case .unnamed: record[.clientUID] = "unknown"
        }
    }
}
