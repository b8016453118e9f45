internal import DOEObjects
internal import DOEPolicy

// From the first dword to GO.
extension MailboxMachine {
    /// The next step, or the look after the last one.
    mutating func send(at now: UInt64) -> Action {
        if position == 0 { attempts += 1 }
        let end = sendEnd ?? now &+ MailboxTiming.transferLimit(dwords: request.dwordCount)
        sendEnd = end
        stepStart = now
        guard position < request.dwordCount else {
            state = .checkingSent
            return .read(.status)
        }
        guard now < end else { return fail(texts.slowTransfer("request"), at: now) }
        let most = attempts == 1 ? MailboxTiming.dwordsInStep : 1
        let dwords = (position..<min(request.dwordCount, position + most)).map { request.dword($0) }
        state = .sending(dwords.count)
        return .send(dwords)
    }

    mutating func sent(_ count: Int, at now: UInt64) -> Action {
        wrote(count)
        return stall(at: now).map { interrupted($0, at: now) } ?? send(at: now)
    }

    mutating func wrote(_ count: Int) {
        position += count
        dwordsWritten += count
    }

    mutating func checkedSent(_ status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirmIDs(.beforeGo, status) }
        if status.contains(.error) { return fail(texts.error(status, "while the request was written"), at: now) }
        guard status.isFree else { return fail(texts.disturbed(status), at: now) }
        if let stall = stall(at: now) { return interrupted(stall, at: now) }
        stepStart = now
        state = .checkingControl
        return .read(.control)
    }

    mutating func checkedControl(_ control: UInt32, at now: UInt64) -> Action {
        if control == .max { return confirmIDs(.beforeGo, MailboxStatus(rawValue: control)) }
        if let stall = stall(at: now) { return interrupted(stall, at: now) }
        guard sentinel.stands(control) else {
            return interrupted(.changedControl(MailboxControl(rawValue: control), was: sentinel.expected), at: now)
        }
        guard sentinel.isArmed else { return ask(.go, at: now) }
        // Before GO: the response is not to raise what nobody takes.
        state = .disarming
        return .write(.control, sentinel.found.rawValue)
    }

    mutating func go() -> Action {
        isAsked = true
        state = .going
        return .write(.control, MailboxControl.go.union(sentinel.found).rawValue)
    }

    private func stall(at now: UInt64) -> Interruption? {
        let time = now &- stepStart
        return time > MailboxTiming.stallLimit ? .stall(microseconds: time, dwords: position) : nil
    }

    private mutating func interrupted(_ interruption: Interruption, at now: UInt64) -> Action {
        beginAbort(then: .anew(interruption), at: now)
    }
}
