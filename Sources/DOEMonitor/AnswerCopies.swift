internal import DOEObjects
internal import DOEWords

/// What one mailbox has answered to Discovery and Table Access, so that not everybody who asks meets the kernel at
/// the device. The first who asks for an entry has it from the device, in an exchange of his own, and the others get
/// a copy; of the CDAT the kernel's copy comes first. Pure; times are monotonic, in microseconds.
///
/// Only what an earlier answer named as the next entry is asked of the device: whoever makes up indexes and handles
/// would keep it busy else.
struct AnswerCopies: Sendable {
    /// What there is for a request.
    enum Finding: Hashable, Sendable {
        /// This answer.
        case copy(DataObject, from: Source)
        /// The device has to be asked.
        case nothing
        /// There is none to be asked for: why, a sentence without a full stop.
        case refused(String)
    }

    /// Who made the copy.
    enum Source: String, Hashable, Sendable {
        case kernel = "the kernel's copy"
        case earlierAnswer = "a copy of an earlier answer"
    }

    private struct Answer {
        let response: DataObject
        let source: Source
        let time: UInt64
    }

    /// How long an answer is good, unless something happens to the device before.
    static var lifetime: UInt64 { 600_000_000 }
    /// How long a device is left alone with what it gave no answer to. Each try holds it for a second and more, and
    /// makes the copies of everybody doubtful.
    static var restAfterFailure: UInt64 { 10_000_000 }

    private var function: MailboxIdentity?
    private var answers: [CopiedRequest: Answer] = [:]
    /// The mailbox's own list of its objects, where it was read to its end; `nil` where it was not, or where something
    /// has happened to the device since.
    private(set) var objects: [ObjectID]?
    private var named: Set<CopiedRequest> = []
    /// Nothing follows the last one that was named.
    private var endedVersions: Set<UInt8> = []
    /// What the device gave no answer to, and when.
    private var failures: [CopiedRequest: UInt64] = [:]

    /// Whether the kernel's CDAT is to be looked for, before this request is: where a reading of it begins, and no
    /// answer that is still good is here.
    mutating func wantsKernelTable(for request: CopiedRequest, of function: MailboxIdentity, at now: UInt64) -> Bool {
        look(at: function)
        guard case .tableEntry = request else { return false }
        return request.isFirst && isOld(request, at: now)
    }

    /// What there is for this request at this time. `kernelTable` is the kernel's CDAT, where that was wanted and is
    /// there.
    mutating func find(
        _ request: CopiedRequest, of function: MailboxIdentity, at now: UInt64, kernelTable: [UInt8]? = nil
    ) -> Finding {
        look(at: function)
        // Only where a reading begins: what somebody is in the middle of goes on as it began.
        if request.isFirst, isOld(request, at: now) {
            answers = answers.filter { !$0.key.isRead(with: request) }
            relist()
            if case .tableEntry = request, let table = kernelTable { take(kernelTable: table, at: now) }
        }
        if let answer = answers[request] { return .copy(answer.response, from: answer.source) }
        if let copy = copyOfOtherVersion(of: request, at: now) { return copy }
        if let why = obstacle(to: request, at: now) { return .refused(why) }
        if request.isFirst || named.contains(request) { return .nothing }
        guard case .discovery(_, let version) = request, endedVersions.contains(version) else {
            return .refused(request.advice)
        }
        // PCIe r6.0 6.30.1.1.1: what a mailbox says of an index that it does not have.
        return .copy(DiscoveryResponse.pastTheEnd.dataObject, from: .earlierAnswer)
    }

    /// What there would be for this request, as far as it can be told without the kernel's table; changes nothing.
    func outlook(for request: CopiedRequest, of mailbox: MailboxName, at now: UInt64) -> CopyOutlook {
        var copies = self
        let function = function ?? MailboxIdentity(name: mailbox)
        let mayBeKernels = copies.wantsKernelTable(for: request, of: function, at: now)
        switch copies.find(request, of: function, at: now) {
        case .copy: return .copy
        case .nothing: return mayBeKernels ? .kernelOrDevice : .device
        case .refused(let why): return .refused(why)
        }
    }

    /// The device has answered. What is no answer to that request is not kept.
    mutating func keep(
        _ response: DataObject, to request: CopiedRequest, of function: MailboxIdentity, at now: UInt64
    ) {
        look(at: function)
        failures[request] = now
        switch request {
        case .discovery(let index, let version):
            guard let answer = try? DiscoveryResponse(response), answer.nextIndex == 0 || answer.nextIndex > index
            else { return }
            if answer.nextIndex > 0 {
                named.insert(.discovery(index: answer.nextIndex, version: version))
            } else {
                endedVersions.insert(version)
            }
        case .tableEntry:
            guard let answer = try? TableAccessResponse(response) else { return }
            if let next = answer.nextHandle { named.insert(.tableEntry(handle: next)) }
        }
        failures[request] = nil
        // Where one entry has changed the others may have, and nobody is to read a mixture.
        if let before = answers[request], before.response != response { answers = [:] }
        answers[request] = Answer(response: response, source: .earlierAnswer, time: now)
        relist()
    }

    /// The device gave no answer to this request, which may have shaken it.
    mutating func fail(_ request: CopiedRequest?, of function: MailboxIdentity, at now: UInt64) {
        look(at: function)
        forget()
        if let request { failures[request] = now }
    }

    /// Something happened to the device: it is asked again. What was named stays so, for who is in the middle of
    /// reading.
    mutating func forget() {
        answers = [:]
        objects = nil
        endedVersions = []
    }

    /// Another driver, or another device: what was copied before may not be true any more.
    private mutating func look(at function: MailboxIdentity) {
        if self.function != function {
            forget()
            failures = [:]
        }
        self.function = function
    }

    /// Why the device is not to be asked for this now; `nil` where nothing is known against it.
    private func obstacle(to request: CopiedRequest, at now: UInt64) -> String? {
        if let failed = failures[request], now - min(now, failed) < Self.restAfterFailure {
            return "the device gave no answer to it \((now - min(now, failed)) / 1_000_000) s ago: ask again after "
                + "\(Self.restAfterFailure / 1_000_000) s"
        }
        guard case .tableEntry = request, let objects, !objects.contains(.tableAccess) else { return nil }
        return "the mailbox's own list has no \(ObjectID.tableAccess)"
    }

    /// Where answers to discovery came or went. Each exchange asks for the list.
    private mutating func relist() {
        objects = nil
        for version in CopiedRequest.versions where objects == nil { objects = list(version: version) }
    }

    private func list(version: UInt8) -> [ObjectID]? {
        var objects: [ObjectID] = []
        var index: UInt8 = 0
        while let answer = answers[.discovery(index: index, version: version)],
            let entry = try? DiscoveryResponse(answer.response)
        {
            objects.append(entry.object)
            // Only what leads on is kept.
            if entry.nextIndex == 0 { return objects }
            index = entry.nextIndex
        }
        return nil
    }

    /// Where the list is here in another version than it is asked for. A mailbox has one list, and one whose
    /// capability has version 2 need not answer who asks in version 0, as older programs do.
    private func copyOfOtherVersion(of request: CopiedRequest, at now: UInt64) -> Finding? {
        guard case .discovery(let index, let version) = request else { return nil }
        for other in CopiedRequest.versions where other != version {
            let first = CopiedRequest.discovery(index: 0, version: other)
            guard list(version: other) != nil, !isOld(first, at: now) else { continue }
            guard let answer = answers[.discovery(index: index, version: other)] else {
                return .copy(DiscoveryResponse.pastTheEnd.dataObject, from: .earlierAnswer)
            }
            return .copy(answer.response, from: answer.source)
        }
        return nil
    }

    private func isOld(_ request: CopiedRequest, at now: UInt64) -> Bool {
        answers[request].map { now - min($0.time, now) >= Self.lifetime } ?? true
    }

    private mutating func take(kernelTable table: [UInt8], at now: UInt64) {
        // One that is not whole is none: the device is asked.
        guard let responses = try? TableEntries.responses(to: table) else { return }
        for (handle, response) in responses {
            answers[.tableEntry(handle: handle)] = Answer(response: response, source: .kernel, time: now)
        }
    }
}
