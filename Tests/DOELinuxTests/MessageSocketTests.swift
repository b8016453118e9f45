import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite("Whole messages with descriptors")
struct MessageSocketTests {
    private func null() -> Descriptor { Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)) }

    @Test("a message comes as it was sent, with copies of its descriptors; an empty one is none the less one")
    func whole() throws {
        let (one, other) = try MessageSocket.pair()
        let file = null()
        try one.send([1, 2, 3], with: [file, file])
        try one.send([])
        try one.send([4])
        let first = try #require(try other.receive(upTo: 16))
        #expect(first.bytes == [1, 2, 3] && first.descriptors.count == 2 && !first.hasMoreBytes)
        #expect(first.descriptors.allSatisfy { $0.number != file.number } && !first.lacksDescriptors)
        #expect(try other.receive(upTo: 16)?.bytes == [])
        #expect(try other.receive(upTo: 16)?.bytes == [4])
    }

    @Test("of a message that is too long the first bytes come, and it is said so")
    func tooLong() throws {
        let (one, other) = try MessageSocket.pair()
        try one.send([UInt8](repeating: 7, count: 100))
        let message = try #require(try other.receive(upTo: 10))
        #expect(message.bytes.count == 10 && message.hasMoreBytes)
    }

    @Test("more descriptors than a message takes are not sent, and those that have no room here are told")
    func tooMany() throws {
        let (one, _) = try MessageSocket.pair()
        #expect(throws: LinuxError.self) { try one.send([1], with: [null(), null(), null()]) }
    }

    @Test("when the other end goes, what it sent comes first, and then the end")
    func end() throws {
        let (one, other) = try MessageSocket.pair()
        try one.send([1])
        one.shutDown()
        #expect(try other.receive(upTo: 4)?.bytes == [1])
        #expect(try other.receive(upTo: 4) == nil)
        #expect(throws: LinuxError.self) { try other.send([1]) }
    }

    @Test("who does not read holds up a sender for so long as that says")
    func full() throws {
        let (one, other) = try MessageSocket.pair()
        try one.limitSending(microseconds: 20_000)
        let error = #expect(throws: LinuxError.self) { while true { try one.send([UInt8](repeating: 0, count: 4096)) } }
        #expect(error?.problem.hasSuffix("Resource temporarily unavailable") == true)
        withExtendedLifetime(other) {}
    }

    @Test("what no one passed is no socket of messages")
    func passed() throws {
        for number: Int32 in [9999, 0] {
            let error = #expect(throws: LinuxError.self) { try MessageSocket(passedAs: number, remedy: "do this") }
            #expect(error?.remedy == "do this")
        }
    }
}

@Suite("A value that is waited for")
struct AnswerSlotTests {
    @Test("it comes from another thread, once; without one the wait ends in time")
    func once() throws {
        let slot = AnswerSlot<Int>()
        #expect(slot.take(withinMicroseconds: 1_000) == nil)
        let thread = try WorkerThread(name: "test") {
            slot.put(7)
            slot.put(8)
        }
        #expect(slot.take(withinMicroseconds: 5_000_000) == 7)
        thread.join()
    }
}
