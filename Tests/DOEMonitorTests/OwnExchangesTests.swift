import DOERecord
import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("Our own exchanges, and who met them")
struct OwnExchangesTests {
    private static let mailbox = MailboxName.simulated("x")

    @Test("an observed exchange meets those of ours that were there at the same time, as a naive look at all says")
    func naive() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var own = OwnExchanges()
            var all: [(began: UInt64, ended: UInt64, sequence: UInt64)] = []
            var now: UInt64 = 10
            for sequence in UInt64(1)...40 {
                now += UInt64.random(in: 1...20, using: &generator)
                own.begin(on: Self.mailbox, at: now)
                let began = now
                now += UInt64.random(in: 1...20, using: &generator)
                own.end(on: Self.mailbox, at: now)
                _ = own.close(on: Self.mailbox, sequence: sequence)
                all.append((began, now, sequence))
            }
            let began = UInt64.random(in: 0...now, using: &generator)
            let ended = began + UInt64.random(in: 0...200, using: &generator)
            let met = own.met(on: Self.mailbox, from: began, to: ended)
            #expect(met.sequences == all.filter { $0.began <= ended && $0.ended >= began }.map(\.sequence))
            #expect(met.isAnyOver == !met.sequences.isEmpty && !met.isOneUnderWay)
            #expect(own.met(on: .simulated("other"), from: began, to: ended).isNone)
        }
    }

    @Test("one that is under way is met as long as it touches the device, and what waits for it gets its number")
    func underWay() {
        var own = OwnExchanges()
        let waiting = OwnExchanges.Waiting(record: Record(.collision, priority: .error, message: ""))
        let early = own.wait(waiting, on: Self.mailbox)
        #expect(!early)
        own.begin(on: Self.mailbox, at: 100)
        #expect(own.met(on: Self.mailbox, from: 10, to: 99).isNone)
        #expect(own.met(on: Self.mailbox, from: 10, to: 100).isOneUnderWay)
        #expect(own.met(on: Self.mailbox, from: 5000, to: 6000).isOneUnderWay)
        own.end(on: Self.mailbox, at: 200)
        #expect(own.met(on: Self.mailbox, from: 201, to: 300).isNone)
        for number in 0..<20 {
            let isWaiting = own.wait(waiting, on: Self.mailbox)
            #expect(isWaiting == (number < OwnExchanges.waitingLimit))
        }
        let closed = own.close(on: Self.mailbox, sequence: 7)
        #expect(closed.count == OwnExchanges.waitingLimit)
        let again = own.close(on: Self.mailbox, sequence: 8)
        #expect(again.isEmpty)
        #expect(own.met(on: Self.mailbox, from: 150, to: 150).sequences == [7])
    }

    @Test("at least so many are remembered as promised, and not without end")
    func bounded() {
        var own = OwnExchanges()
        for sequence in UInt64(1)...5000 {
            own.begin(on: Self.mailbox, at: sequence * 10)
            own.end(on: Self.mailbox, at: sequence * 10 + 5)
            _ = own.close(on: Self.mailbox, sequence: sequence)
        }
        let met = own.met(on: Self.mailbox, from: 0, to: .max)
        #expect(met.sequences.last == 5000)
        #expect((OwnExchanges.limit...2 * OwnExchanges.limit).contains(met.sequences.count))
    }
}
