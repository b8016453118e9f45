internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
internal import DOEWords

/// An observation, with what would have been decided of it and what it raises.
struct Sighting {
    let observation: Observation
    /// The mailbox, or all that the function has; what is known of it.
    let mailboxes: [MailboxIdentity]
    let mode: Mode
    /// What would have been decided; `nil` where nothing was seen that could be judged: an abort alone, a write to
    /// other registers.
    let decision: Decision?
    /// What can be seen inside a request that was seen whole.
    let spdm: String?
    let compliance: String?
    /// What it raises.
    let letters: TaintLetters
    /// The letters that nobody had raised before.
    var newLetters: TaintLetters = []

    /// `time` is when it happened: rules may end. `securityManagers` are those of now, asked for where it makes a
    /// difference.
    init(
        _ observation: Observation, of mailboxes: [MailboxIdentity], in mode: Mode, at time: Timestamp,
        by judge: Judge, securityManagers: () -> Fact<[String]>
    ) {
        self.observation = observation
        self.mailboxes = mailboxes
        self.mode = mode
        let whole = observation.wholeRequest
        let peek = whole.flatMap { SPDMPeek($0) }
        spdm = peek?.recordedName
        compliance = whole.flatMap { ComplianceRequest($0) }?.name
        decision = Self.decision(of: observation, whole, mailboxes.first, mode, time, judge)
        letters = Self.letters(of: observation, decision, judge.policy, securityManagers)
    }

    /// What the same judge says of it that every client meets; a lease opens the proxy's road alone, so none counts.
    private static func decision(
        of observation: Observation, _ whole: DataObject?, _ mailbox: MailboxIdentity?, _ mode: Mode,
        _ time: Timestamp, _ judge: Judge
    ) -> Decision? {
        guard case .exchange(let exchange, let name) = observation.what else { return nil }
        let mailbox = mailbox ?? MailboxIdentity(unknown: name)
        let (road, client) = (observation.road, observation.client)
        if let whole {
            var inquiry = Inquiry(road: road, mailbox: mailbox, client: client, mode: mode, request: whole)
            inquiry.time = .known(time)
            return judge.decide(inquiry)
        }
        if exchange.isRequestWhole, exchange.wasSent, !exchange.request.isEmpty {
            return judge.refuse(malformed: observation.damage, object: exchange.object).decision
        }
        return exchange.object.map {
            var inquiry = Inquiry(road: road, mailbox: mailbox, client: client, mode: mode, object: $0)
            inquiry.time = .known(time)
            return judge.decide(inquiry)
        }
    }

    /// What was done to the device counts, not what would have been allowed: nobody asked.
    private static func letters(
        of observation: Observation, _ decision: Decision?, _ policy: Policy,
        _ securityManagers: () -> Fact<[String]>
    ) -> TaintLetters {
        guard case .exchange(let exchange, _) = observation.what else {
            return observation.road == .bypass ? .configWrite : []
        }
        var letters = decision?.taint ?? []
        if exchange.object == .compliance { letters.insert(.complianceAttempted) }
        letters.formUnion(Self.letters(of: decision?.objectClass))
        // What is malformed is so as an object of its class: a reserved bit must not hide whose it is. And it is
        // traffic only where it was sent.
        if decision?.objectClass == .malformed, let object = decision?.object, observation.wholeRequest != nil {
            letters.formUnion(Self.letters(of: policy.classify(object).objectClass))
            if !exchange.wasSent { letters.remove(.malformed) }
        }
        switch observation.road {
        case .bypass, .proxy: letters.insert(.bypass)
        case .kernel:
            var isExpected = decision.map { $0.objectClass == .kernelExpected } ?? exchange.request.isEmpty
            // A security manager whose driver came after the rules were loaded.
            if !isExpected, decision?.objectClass == .published, let object = decision?.object,
                policy.kernelReason(of: object)?.awaitsSecurityManager == true
            {
                isExpected = securityManagers().value?.isEmpty == false
            }
            // Without a policy nobody knows what this kernel uses, nor what an object is.
            if policy.kernel != nil {
                if !isExpected { letters.insert(.kernelUnexpected) }
            } else {
                letters.remove(.unknownObject)
            }
        case .passthrough: break
        }
        return letters
    }

    private static func letters(of objectClass: ObjectClass?) -> TaintLetters {
        switch objectClass {
        case .vendor: .vendor
        case .unknown: .unknownObject
        case .malformed: .malformed
        case .compliance: .complianceAttempted
        case .kernelExpected, .published, nil: []
        }
    }

    /// How loud it is, the first time and later.
    var priority: Priority {
        let isNew = !newLetters.isEmpty
        if observation.road == .passthrough, observation.guest.isLoud {
            return letters.contains(.complianceAttempted) ? .critical : .warning
        }
        guard case .exchange(let exchange, _) = observation.what else {
            return letters.isEmpty ? .info : isNew ? .warning : .notice
        }
        switch observation.road {
        case .bypass, .proxy: return isNew ? .critical : .error
        case .kernel:
            if !letters.isDisjoint(with: [.kernelUnexpected, .complianceAttempted]) {
                return isNew ? .critical : .error
            }
            return exchange.ending == .failed || isNew ? .warning : .info
        case .passthrough:
            if letters.contains(.complianceAttempted) { return .warning }
            return isNew ? .notice : .info
        }
    }
}

extension MailboxIdentity {
    /// Of a mailbox that nobody has looked at.
    init(unknown name: MailboxName) {
        self.init(name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
    }
}

extension ObservedExchange {
    /// Whether the mailbox was told to take the request.
    var wasSent: Bool {
        switch ending {
        case .done, .abandoned, .failed: true
        case .aborted, .unfinished: false
        }
    }
}

extension Observation {
    /// The request where all of it was seen and it is an object.
    var wholeRequest: DataObject? {
        guard case .exchange(let exchange, _) = what, exchange.isRequestWhole else { return nil }
        return try? DataObject(bytes: exchange.request.littleEndianBytes)
    }

    /// What is wrong with a request that is no object.
    fileprivate var damage: String {
        guard case .exchange(let exchange, _) = what else { return "no request" }
        do throws(ObjectError) {
            _ = try DataObject(bytes: exchange.request.littleEndianBytes)
            return "nothing"
        } catch {
            return error.problem
        }
    }
}

extension GuestEvidence {
    /// Whether it is to be loud.
    fileprivate var isLoud: Bool { self == .missing(isNews: true) }
}
