import DOEObjects
import DOEWords
import Synchronization
import Testing

@testable import DOEPolicy

/// A lease that an inquiry may come with.
enum LeaseSample: String, CaseIterable {
    case none, own, ownUnit, neighbours, expiredByBoot, expiredByWall, beforeBoot, otherDevice, otherSerial, noSerial,
        obstacle
    case othersUID, othersUnit

    static let now = LeaseTime(sinceBoot: 1_000_000_000, wallClock: 1_700_000_000_000_000)

    /// Whether it is a lease that opens the gate for uid 1000 at `cxlMailbox`.
    var opens: Bool { self == .own || self == .ownUnit }

    var standing: LeaseStanding? {
        guard self != .none else { return nil }
        var (mailbox, device, serial) = (cxlMailbox.name, cxlMailbox.device, cxlMailbox.serialNumber)
        var (holder, now) = (LeaseHolder.uid(1000), Self.now)
        switch self {
        case .ownUnit: holder = .unit("lab.service")
        case .neighbours: mailbox = MailboxName("0000:0d:00.0@1a8") ?? mailbox
        case .expiredByBoot: now = LeaseTime(sinceBoot: now.sinceBoot + 60_000_000, wallClock: now.wallClock)
        case .expiredByWall: now = LeaseTime(sinceBoot: now.sinceBoot, wallClock: now.wallClock + 60_000_000)
        case .beforeBoot: now = LeaseTime(sinceBoot: now.sinceBoot - 1, wallClock: now.wallClock)
        case .otherDevice: device = .known(PCIDeviceID(vendor: 0x8086, device: 0x0d94))
        case .otherSerial: serial = .known(7)
        case .noSerial: serial = .none
        case .othersUID: holder = .uid(1001)
        case .othersUnit: holder = .unit("other.service")
        case .none, .own, .obstacle: break
        }
        let lease = Lease(
            id: "0123456789abcdef", mailbox: mailbox, device: device, serialNumber: serial, holder: holder,
            reason: "a test", start: Self.now, end: Self.now.adding(60_000_000))
        return LeaseStanding(
            lease, at: now, obstacle: self == .obstacle ? Obstacle("the driver cxl_pci is bound") : nil)
    }
}

@Suite("The gate, over mode and lease")
struct LeaseGateTests {
    /// All that rules can do to open it.
    private static let everything = """
        object abcd:07 compliance "ours"
        allow object=*:*
        """
    private let asking = client(unit: .known("lab.service"))

    private func inquiry(_ object: ObjectID, _ mode: Mode, _ sample: LeaseSample, road: Road = .proxy) -> Inquiry {
        var inquiry = Inquiry(road: road, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
        inquiry.lease = sample.standing
        return inquiry
    }

    /// 2^24 objects x 2 modes x 13 leases with `DOE_TEST_EVERY_OBJECT=1` and in release; else the objects at risk.
    @Test("of all objects, modes and leases, compliance passes in bring-up by a lease of one's own alone")
    func everyObject() throws {
        let open = Judge(try policy(Self.everything))
        let shipped = Judge(try policy(try ProjectFile.text("rules/90-doe-audit.rules")))
        let leases = LeaseSample.allCases.map { ($0, $0.standing) }
        var passed: Set<String> = []
        var wrong = 0
        for object in ObjectsToTry.allWhereFast {
            for mode in Mode.allCases {
                for (sample, standing) in leases {
                    var asked = Inquiry(
                        road: .proxy, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
                    asked.lease = standing
                    let isCompliance = object == .compliance || object == ObjectID(vendor: 0xabcd, type: 0x07)
                    let decision = open.decide(asked)
                    let mayPass = !isCompliance || mode == .bringUp && sample.opens
                    if (decision.verdict == .allow) != mayPass { wrong += 1 }
                    if isCompliance, decision.verdict != .deny {
                        passed.insert("\(object) \(mode) \(sample)")
                        if decision.taint != .complianceExecuted || decision.lease == nil { wrong += 1 }
                    }
                    // The shipped rules allow none of it, lease or no lease.
                    if shipped.decide(asked).verdict != shippedVerdict(object) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
        #expect(
            passed == [
                "1e98:00 bring-up own", "1e98:00 bring-up ownUnit", "abcd:07 bring-up own", "abcd:07 bring-up ownUnit",
            ])
    }

    private func shippedVerdict(_ object: ObjectID) -> Verdict {
        object == .discovery || object == .tableAccess ? .allow : .deny
    }

    @Test(
        "an open gate is not yet an allow: without a rule it stays refused, as an attempt",
        arguments: ["", "deny", "allow class=vendor"])
    func needsARule(rules: String) throws {
        let decision = Judge(try policy(rules)).decide(inquiry(.compliance, .bringUp, .own))
        #expect(
            decision.verdict == .deny && decision.taint == .complianceAttempted && decision.decidedBy != "gatekeeper")
    }

    @Test("what it was refused for is said", arguments: LeaseSample.allCases.filter { !$0.opens })
    func reasons(sample: LeaseSample) throws {
        let decision = Judge(try policy(Self.everything)).decide(inquiry(.compliance, .bringUp, sample))
        #expect(decision.decidedBy == "gatekeeper" && decision.taint == .complianceAttempted && decision.lease == nil)
        let expected =
            switch sample {
            case .neighbours: "the lease is one of 0000:0d:00.0@1a8"
            case .expiredByBoot, .expiredByWall, .beforeBoot: "its time was over"
            case .otherDevice, .otherSerial, .noSerial: "another device"
            case .obstacle: "the driver cxl_pci is bound"
            case .othersUID: "leased to uid 1001 alone"
            case .othersUnit: "leased to unit other.service alone"
            case .none, .own, .ownUnit: "has no lease"
            }
        #expect(decision.sentence.contains(expected), "\(decision.sentence)")
    }

    @Test("a client of whom nobody knows who it is holds no lease")
    func unknownClient() throws {
        let judge = Judge(try policy("allow object=1e98:00 via={unix,tcp}"))
        let tcp = client(uid: .none, unit: .none, via: .known(.tcp))
        for asking in [client(uid: .unknown, unit: .unknown), Client(), tcp] {
            for sample in LeaseSample.allCases {
                var asked = Inquiry(
                    road: .proxy, mailbox: cxlMailbox, client: asking, mode: .bringUp, object: .compliance)
                asked.lease = sample.standing
                #expect(judge.decide(asked).decidedBy == "gatekeeper")
            }
        }
    }

    @Test("a lease is for the proxy's road", arguments: Road.allCases.filter { $0 != .proxy })
    func roads(road: Road) throws {
        let judge = Judge(try policy("allow object=*:* road={proxy,kernel,bypass,passthrough}"))
        #expect(judge.decide(inquiry(.compliance, .bringUp, .own, road: road)).decidedBy == "gatekeeper")
    }

    @Test("an object that hides a compliance header needs the same lease, in both modes, and is executed as one")
    func embedded() throws {
        let judge = Judge(try policy(Self.everything))
        let hidden = try DataObject(
            ObjectID(vendor: 0x10de, type: 1),
            payload: [1, 1, 1, 1] + DataObject(.compliance, payload: [0, 0, 0, 0]).bytes)
        for mode in Mode.allCases {
            for sample in LeaseSample.allCases {
                var asked = Inquiry(road: .proxy, mailbox: cxlMailbox, client: asking, mode: mode, request: hidden)
                asked.lease = sample.standing
                let decision = judge.decide(asked)
                #expect((decision.verdict == .allow) == (mode == .bringUp && sample.opens), "\(mode) \(sample)")
                if decision.verdict == .allow { #expect(decision.taint == .complianceExecuted) }
            }
        }
    }

    @Test("permissive lets nothing of compliance pass, lease or no lease, where no rule allows it")
    func permissive() throws {
        let judge = Judge(try policy("deny object=0001:01"), enforcement: .permissive)
        for mode in Mode.allCases {
            for sample in LeaseSample.allCases {
                #expect(judge.decide(inquiry(.compliance, mode, sample)).verdict == .deny)
            }
        }
    }

    /// As a device is that can be leased.
    private static var unbound: MailboxIdentity {
        var mailbox = cxlMailbox
        mailbox.driver = .none
        return mailbox
    }

    @Test("with a lease that is only assumed it is said what rules would do, and no permit comes of it")
    func assumed() throws {
        let judge = Judge(try policy("allow object=1e98:00 mode=bring-up uid=1000"))
        var whole = try request("1e98:00", payload: [0, 0, 0, 0], mode: .bringUp).assumingLease()
        whole.mailbox = Self.unbound
        #expect(judge.decide(whole).verdict == .allow)
        var judgement = judge.judge(whole) { Circumstances(mode: .bringUp) }
        let hasPermit = judgement.takePermit() != nil
        #expect(!hasPermit)
        let production = try request("1e98:00", payload: [0, 0, 0, 0]).assumingLease()
        #expect(judge.decide(production).decidedBy == "gatekeeper")
    }

    @Test("no lease is assumed where none can stand: on another road, over TCP, on a remote mailbox, with a driver")
    func assumedWhereNone() throws {
        let judge = Judge(try policy("allow object=1e98:00 road=* mode=bring-up"))
        func decided(
            _ road: Road = .proxy, _ mailbox: MailboxIdentity = Self.unbound, _ client: Client = asking
        ) -> String {
            judge.decide(
                Inquiry(road: road, mailbox: mailbox, client: client, mode: .bringUp, object: .compliance)
                    .assumingLease()
            ).decidedBy
        }
        #expect(decided() != "gatekeeper")
        for road in Road.allCases where road != .proxy { #expect(decided(road) == "gatekeeper", "\(road)") }
        #expect(decided(.proxy, MailboxIdentity(name: .remote("x"))) == "gatekeeper")
        #expect(decided(.proxy, Self.unbound, client(uid: .none, via: .known(.tcp))) == "gatekeeper")
        #expect(decided(.proxy, cxlMailbox) == "gatekeeper", "its driver is bound")
        var numberless = Self.unbound
        numberless.serialNumber = .none
        #expect(decided(.proxy, numberless) == "gatekeeper")
        var unread = Self.unbound
        (unread.driver, unread.serialNumber) = (.unknown, .unknown)
        #expect(decided(.proxy, unread) != "gatekeeper", "what is not told may be as a lease wants it")
    }

    @Test("a permit asks again: mode, time, obstacle and lease of that moment count")
    func again() throws {
        let judge = Judge(try policy(Self.everything))
        let circumstances = Mutex(Circumstances(mode: .bringUp, lease: LeaseSample.own.standing))
        var asked = try request("1e98:00", payload: [0, 0, 0, 0], client: asking, mode: .bringUp)
        asked.lease = LeaseSample.own.standing
        var judgement = judge.judge(asked) { circumstances.withLock { $0 } }
        let question = Self.confirmation(&judgement)
        let confirm = try #require(question)
        #expect(confirm() == nil)
        for sample in LeaseSample.allCases {
            circumstances.withLock { $0 = Circumstances(mode: .bringUp, lease: sample.standing) }
            // Another lease that would open it too is not the one on record.
            let isSame = sample.standing?.lease == LeaseSample.own.standing?.lease
            #expect((confirm() == nil) == (sample.opens && isSame), "\(sample)")
            circumstances.withLock { $0 = Circumstances(mode: .production, lease: sample.standing) }
            #expect(confirm()?.refusal?.decidedBy == "gatekeeper")
        }
    }

    @Test("a permit asks again: a driver that was bound since counts, and what the judge is not asked about goes first")
    func againWithDriver() throws {
        let judge = Judge(try policy("allow object=10de:01 driver!=late"))
        let inquiry = try request("10de:01", payload: [0, 0, 0, 0], client: asking)
        let circumstances = Mutex(Circumstances(mode: .production))
        var judgement = judge.judge(inquiry) { circumstances.withLock { $0 } }
        let question = Self.confirmation(&judgement)
        let confirm = try #require(question)
        #expect(confirm() == nil)
        var mailbox = inquiry.mailbox
        mailbox.driver = .known("late")
        circumstances.withLock { $0 = Circumstances(mode: .production, mailbox: mailbox) }
        #expect(confirm()?.refusal?.decidedBy == "default")
        let hindrance = Hindrance(by: "tsm", because: "the kernel has come")
        circumstances.withLock { $0 = Circumstances(mode: .production, mailbox: mailbox, hindrance: hindrance) }
        #expect(confirm() == .hindered(hindrance))
    }

    @Test("a permit that another rule would give by now is withdrawn: the record names the one that gave it")
    func otherRule() throws {
        let judge = Judge(
            try policy("allow object=10de:01 mode=bring-up\nwarn object=10de:01 because \"production\""))
        let circumstances = Mutex(Circumstances(mode: .bringUp))
        var judgement = judge.judge(try request("10de:01", payload: [0, 0, 0, 0], client: asking, mode: .bringUp)) {
            circumstances.withLock { $0 }
        }
        let question = Self.confirmation(&judgement)
        let confirm = try #require(question)
        #expect(confirm() == nil)
        circumstances.withLock { $0 = Circumstances(mode: .production) }
        let now = try #require(confirm()?.refusal)
        #expect(now.verdict == .deny && now.decidedBy == "gatekeeper" && now.taint == [])
        #expect(now.sentence.contains("allowed by rule") && now.sentence.contains("allowed with a warning by rule"))
    }

    private static func confirmation(_ judgement: inout Judgement) -> (@Sendable () -> Withdrawal?)? {
        guard let permit = judgement.takePermit() else { return nil }
        return permit.confirm
    }
}

extension Withdrawal {
    /// What the judge says now, where it was asked.
    fileprivate var refusal: Decision? {
        if case .judged(let decision) = self { decision } else { nil }
    }
}
