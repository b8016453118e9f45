import DOEWords
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOETrace

/// Whatever bytes a page has, reading it ends, and gives no more than a page can hold.
struct HostilePagesTests {
    private func check(_ page: [UInt8], _ decoder: inout EventDecoder) {
        var events: [TracedEvent] = []
        let before = decoder.unreadable.values.reduce(0, +)
        let reading = unsafe decoder.decode(page: page.span.bytes, into: &events)
        let unreadable = decoder.unreadable.values.reduce(0, +) - before
        guard reading.events <= page.count / 4, events.count + Int(unreadable) == reading.events,
            reading.damage.map({ $0.offset <= page.count }) ?? true
        else {
            Issue.record("\(page)")
            return
        }
    }

    @Test func bitsFlipped() throws {
        var random = SeededGenerator(seed: 1)
        for kernel in Fixture.kernels {
            let fixture = Fixture(kernel, "setpci")
            var decoder = try fixture.decoder()
            let pages = try fixture.pages(0)
            for _ in 0..<2_000 {
                var page = random.pick(pages)
                for _ in 0...Int.random(in: 0..<8, using: &random) {
                    // The headers of the page and its first events matter most.
                    let limit = random.once(in: 2) ? 256 : page.count
                    page[Int.random(in: 0..<limit, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                check(page, &decoder)
            }
        }
    }

    /// The first events of a page alone, so that many can be tried.
    @Test func bitsFlippedInShortPages() throws {
        var random = SeededGenerator(seed: 8)
        for kernel in Fixture.kernels {
            let fixture = Fixture(kernel, "modprobe")
            var decoder = try fixture.decoder()
            var short = Array(try fixture.pages(0)[0][..<208])
            short[8] = 192
            short[9] = 0
            for _ in 0..<100_000 {
                var page = short
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    page[Int.random(in: 0..<page.count, using: &random)] ^= 1 << UInt8(random.next() & 7)
                }
                check(page, &decoder)
            }
        }
    }

    @Test func truncated() throws {
        let fixture = Fixture("6.12", "modprobe")
        var decoder = try fixture.decoder()
        for page in try fixture.pages(0) {
            for count in 0..<page.count { check(Array(page[..<count]), &decoder) }
        }
    }

    /// Short pages, so that many can be tried: their headers are good, and what follows is not.
    @Test func random() throws {
        var random = SeededGenerator(seed: 2)
        let fixture = Fixture("7.3", "setpci")
        var decoder = try fixture.decoder()
        let ids = try fixture.formats().map(\.id)
        for _ in 0..<30_000 {
            var writer = PageWriter(time: random.next())
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let type = UInt32.random(in: 0..<32, using: &random)
                writer.head(type: type, UInt64.random(in: 0..<1 << 27, using: &random))
                if random.once(in: 2) { writer.dword(UInt32(random.pick(ids))) }
                for _ in 0..<Int.random(in: 0..<12, using: &random) {
                    writer.dword(UInt32(truncatingIfNeeded: random.next()) >> UInt32.random(in: 0..<32, using: &random))
                }
            }
            if random.once(in: 8) { writer.flags = random.next() }
            check(writer.page(size: 0), &decoder)
        }
    }

    @Test func noise() throws {
        var random = SeededGenerator(seed: 3)
        var decoder = try Fixture("7.3", "setpci").decoder()
        for _ in 0..<100_000 {
            check(random.tameBytes(Int.random(in: 0..<100, using: &random)), &decoder)
        }
    }
}
