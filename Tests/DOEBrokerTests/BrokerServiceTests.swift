import DOEWords
import Glibc
import Testing

@testable import DOEBroker
@testable import DOELinux

@Suite("What the broker answers, and what not")
struct BrokerServiceTests {
    private func message(_ bytes: [UInt8], descriptors: Int = 0, more: Bool = false, lacks: Bool = false)
        -> ReceivedMessage
    {
        ReceivedMessage(
            bytes: bytes,
            descriptors: (0..<descriptors).map { _ in
                Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC))
            },
            hasMoreBytes: more, lacksDescriptors: lacks)
    }

    private func reason(_ judgement: BrokerService.Judgement) -> BrokerError.Reason? {
        if case .refuse(let error, _, _) = judgement { error.reason } else { nil }
    }

    @Test("each request that is whole is done, under its number", arguments: BrokerBytesTests.requests)
    func whole(request: BrokerRequest) {
        var service = BrokerService(leave: .kernelTaint)
        let descriptors = request == .identity ? 1 : 0
        let judgement = service.judge(message(request.bytes(number: 9), descriptors: descriptors), at: 0)
        #expect(judgement == .perform(request, number: 9) && service.refusals == 0)
    }

    @Test("what is no request is refused and counted, under its number where it has one")
    func garbage() {
        var service = BrokerService(leave: [])
        #expect(reason(service.judge(message([]), at: 0)) == .malformed)
        #expect(reason(service.judge(message([UInt8](repeating: 0xff, count: 528)), at: 0)) == .malformed)
        let whole = BrokerRequest.kernelLog.bytes(number: 4)
        #expect(reason(service.judge(message(whole, more: true), at: 0)) == .malformed)
        guard case .refuse(_, _, number: 4) = service.judge(message(whole + [0]), at: 0) else {
            Issue.record("the number was not kept")
            return
        }
        #expect(service.refusals == 4)
    }

    @Test("a request comes with the descriptors of its kind, no more and no fewer")
    func descriptors() {
        var service = BrokerService(leave: [])
        let who = BrokerRequest.identity.bytes(number: 1)
        #expect(reason(service.judge(message(who), at: 0)) == .wrongDescriptor)
        #expect(reason(service.judge(message(who, descriptors: 2), at: 0)) == .wrongDescriptor)
        #expect(reason(service.judge(message(who, descriptors: 1, lacks: true), at: 0)) == .wrongDescriptor)
        let log = BrokerRequest.kernelLog.bytes(number: 1)
        #expect(reason(service.judge(message(log, descriptors: 1), at: 0)) == .wrongDescriptor)
    }

    @Test("the kernel's taint is set only where whoever started the broker gave leave")
    func taint() {
        let asked = message(BrokerRequest.kernelTaint.bytes(number: 1))
        var service = BrokerService(leave: [])
        #expect(reason(service.judge(asked, at: 0)) == .notAllowed)
        service = BrokerService(leave: .kernelTaint)
        #expect(service.judge(asked, at: 0) == .perform(.kernelTaint, number: 1))
    }

    @Test("of each kind so many are answered at once, and so many a second; of others none the fewer")
    func budget() {
        var service = BrokerService(leave: [])
        let log = message(BrokerRequest.kernelLog.bytes(number: 1))
        var answered = 0
        for _ in 0..<10_000 where reason(service.judge(log, at: 1_000)) == nil { answered += 1 }
        #expect(answered == 512 && service.refusals == 9_488)
        #expect(reason(service.judge(log, at: 1_000)) == .tooMany)
        #expect(reason(service.judge(message(BrokerRequest.user("root").bytes(number: 1)), at: 1_000)) == nil)
        answered = 0
        for _ in 0..<1_000 where reason(service.judge(log, at: 1_001_000)) == nil { answered += 1 }
        #expect(answered == 64)
    }

    @Test("a budget comes back slowly too, however often it is asked, and never overflows")
    func slowBudget() {
        var budget = Budget(most: 2, perSecond: 1)
        #expect(budget.take(at: 0) && budget.take(at: 0) && !budget.take(at: 0))
        // Each look is sooner than one comes.
        var taken = 0
        for time in stride(from: UInt64(0), through: 10_000_000, by: 100_000) where budget.take(at: time) { taken += 1 }
        #expect(taken == 10)
        #expect(budget.take(at: .max) && budget.take(at: .max) && !budget.take(at: .max))
    }
}
