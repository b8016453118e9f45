import DOEWords
import Testing

@testable import DOEProxy

@Suite("Memory of frames on their way")
struct FrameMemoryTests {
    private static let request = 131_072

    /// How many requests of the largest size this holder gets memory for.
    private func fill(_ memory: FrameMemory, _ holder: AccountHolder, bytes: Int = request) -> Int {
        var count = 0
        while count < 10_000, memory.take(bytes, for: holder) { count += 1 }
        return count
    }

    @Test("each has memory for as many requests as it may have open, all together for a bounded number")
    func bounds() {
        let limits = ClientLimits()
        let memory = FrameMemory(limits) {}
        var all = 0
        for uid: UInt32 in 1...300 {
            let count = fill(memory, .user(uid))
            #expect(uid > 7 || count == limits.openExchanges)
            all += count
        }
        #expect(all * Self.request <= limits.frameBytesOfAll)
        #expect(fill(memory, .root, bytes: 1 << 20) == 16)
    }

    @Test("eight holders with all that they can get leave some for whoever comes then")
    func left() {
        let memory = FrameMemory(ClientLimits()) {}
        for uid: UInt32 in 1...8 { _ = fill(memory, .user(uid)) }
        for uid: UInt32 in 100...102 { #expect(memory.take(Self.request, for: .user(uid)), "\(uid)") }
    }

    @Test("the largest request that can be configured has room, in an empty memory")
    func largest() {
        var limits = ClientLimits()
        limits.requestBytes = 1 << 20
        #expect(FrameMemory(limits) {}.take(1 << 20, for: .user(1)))
    }

    @Test("who waits is asked again when some is free, once each, in order; the last of much goes to the kernel")
    func waiting() {
        var given = 0
        let memory = FrameMemory(ClientLimits()) { given += 1 }
        let count = fill(memory, .user(1))
        for token: UInt64 in [7, 5, 7] { memory.wait(token) }
        #expect(memory.takeWaiting().isEmpty)
        memory.giveBack(Self.request, of: .user(1))
        #expect(memory.takeWaiting() == [7, 5] && memory.takeWaiting().isEmpty)
        for _ in 1..<count { memory.giveBack(Self.request, of: .user(1)) }
        #expect(given == 1)
        #expect(memory.take(Self.request, for: .user(1)))
        memory.giveBack(Self.request, of: .user(1))
        #expect(given == 1, "little was held since")
    }

    @Test("answers that are not taken count, be there room or not, and then nothing more is read of their holder")
    func answers() {
        let memory = FrameMemory(ClientLimits()) {}
        #expect(!memory.isExhausted(for: .user(1)))
        for _ in 0..<3 { memory.charge(1 << 20, to: .user(1)) }
        #expect(memory.isExhausted(for: .user(1)) && !memory.isExhausted(for: .user(2)))
        memory.giveBack(1 << 20, of: .user(1))
        #expect(!memory.isExhausted(for: .user(1)) && !memory.take(1, for: .user(1)))
    }
}
