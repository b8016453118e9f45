import DOELinux
import Glibc
import Testing

@testable import DOEProxy

@Suite("Answers of the control interface, whatever runs when")
struct AnswersInterleavedTests {
    private static let orders: [([ControlWorld.Call], ControlWorld.Also)] = [
        ([.read], [.leaving, .stop]), ([.change], [.leaving, .stop, .trail]), ([.read, .read], [.leaving, .stop]),
        ([.read, .change], [.leaving, .stop]), ([.read, .change], .trail), ([.change, .change], .trail),
        ([.read, .read, .read], []), ([.read, .read, .change], []),
    ]

    @Test(
        "each caller who stays has his answer, in every order of the loop, both workers, the trail's thread and a stop",
        arguments: orders)
    func everyOrder(calls: [ControlWorld.Call], also: ControlWorld.Also) {
        let found = ControlWorld(calls, also: also).explore()
        #expect(found.lost == nil)
        // That there was something to explore.
        #expect(found.worlds > 800 && found.ends.contains { $0.isServed && $0.isOpen })
        #expect(found.ends.contains { $0.hasLeft && !$0.isServed } == also.contains(.leaving))
    }

    @Test("taken before the event is cleared, an answer would be left lying, and this is seen")
    func takenBeforeCleared() throws {
        let lost = try #require(ControlWorld([.read, .read], fault: .takenBeforeCleared).explore().lost)
        #expect(!lost.box.isEmpty && !lost.isSignalled)
    }

    @Test("a worker that is woken before its work is there would sleep for ever, and this is seen")
    func signalledBeforePushed() throws {
        let lost = try #require(ControlWorld([.read], fault: .signalledBeforePushed).explore().lost)
        #expect(!lost.control.queue.isEmpty && lost.control.isAsleep)
    }

    @Test("with the trail's locks in the other order two threads would wait for each other, and this is seen")
    func locksInReverse() throws {
        let lost = try #require(ControlWorld([.change], also: .trail, fault: .locksInReverse).explore().lost)
        #expect(lost.locks == [.numbering, .state])
    }

    @Test("the real box and the real event keep to it: whenever the loop goes to wait, what lies there has it woken")
    func realOnes() throws {
        for choices in 0..<(1 << 12) {
            let event = try WakeEvent()
            let box = ReplyBox<Int>(wakeUp: event)
            var (put, taken): ([Int], [Int]) = ([], [])
            var step = 0
            for place in 0..<12 {
                if choices >> place & 1 == 0, put.count < 4 {
                    put.append(place)
                    box.put(UInt64(place), place)
                    continue
                }
                switch step % 3 {
                case 0:
                    guard event.isReadable else {
                        #expect(put == taken, "order \(choices)")
                        continue
                    }
                case 1: event.clear()
                default: taken += box.takeAll().map(\.reply)
                }
                step += 1
            }
            // To its end: it waits until it is woken, and no longer.
            while step % 3 != 0 || event.isReadable {
                if step % 3 == 1 { event.clear() }
                if step % 3 == 2 { taken += box.takeAll().map(\.reply) }
                step += 1
            }
            #expect(put == taken, "order \(choices)")
        }
    }
}

extension WakeEvent {
    fileprivate var isReadable: Bool {
        var state = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&state, 1, 0) == 1
    }
}
