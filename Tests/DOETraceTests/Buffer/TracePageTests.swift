import Testing
import WitnessTestSupport

@testable import DOETrace

struct TracePageTests {
    /// What a page gave: times and contents.
    private struct Content: Equatable {
        var times: [UInt64] = []
        var bytes: [[UInt8]] = []
    }

    private let header: PageHeader

    init() throws { header = try Fixture("7.3", "setpci").header() }

    private func read(_ page: [UInt8], _ header: PageHeader? = nil) -> (Content, PageReading) {
        var content = Content()
        let reading = unsafe TracePage.read(page.span.bytes, header ?? self.header) { time, event in
            content.times.append(time)
            content.bytes.append((0..<event.byteCount).map { event.byte(at: $0) })
        }
        return (content, reading)
    }

    @Test func eventsOfBothFormsCarryTheirTimes() {
        var writer = PageWriter(time: 1000)
        writer.event([1, 2, 3, 4], delta: 0)
        writer.longEvent(Array(repeating: 7, count: 200), delta: 5)
        writer.event(Array(repeating: 9, count: 112), delta: 0x7ff_ffff)
        let (content, reading) = read(writer.page())
        #expect(content.times == [1000, 1005, 1005 + 0x7ff_ffff])
        #expect(content.bytes == [[1, 2, 3, 4], Array(repeating: 7, count: 200), Array(repeating: 9, count: 112)])
        #expect(reading.events == 3 && reading.missed == .none && reading.damage == nil)
    }

    @Test func timeExtendsAndAbsoluteStampsMoveTheTime() {
        var writer = PageWriter(time: 1000)
        writer.timeExtend(1 << 40 | 3)
        writer.event([0, 0, 0, 1], delta: 1)
        writer.absoluteStamp(5 << 50 | 17)
        writer.event([0, 0, 0, 2], delta: 2)
        let (content, reading) = read(writer.page())
        let (extended, absolute): (UInt64, UInt64) = (1 << 40 | 1004, 5 << 50 | 19)
        #expect(content.times == [extended, absolute])
        #expect(reading.damage == nil)
    }

    /// An absolute stamp has 59 bits; the others come from the page's time, and one of them can have changed since.
    @Test func absoluteStampsKeepTheUpperBits() {
        let page: UInt64 = 3 << 59 | 100
        for (stamp, expected) in [(200, 3 << 59 | 200), (50, 4 << 59 | 50)] as [(UInt64, UInt64)] {
            var writer = PageWriter(time: page)
            writer.absoluteStamp(stamp)
            writer.event([0, 0, 0, 1], delta: 0)
            #expect(read(writer.page()).0.times == [expected])
        }
        var writer = PageWriter(time: 100)
        writer.absoluteStamp(50)
        writer.event([0, 0, 0, 1], delta: 0)
        #expect(read(writer.page()).0.times == [50])
    }

    @Test func whatWasTakenBackIsNoEventAndTheEndIsTheEnd() {
        var writer = PageWriter(time: 10)
        writer.discarded(24, delta: 4)
        writer.event([1, 1, 1, 1], delta: 1)
        writer.padding()
        writer.event([2, 2, 2, 2], delta: 1)
        let (content, reading) = read(writer.page())
        #expect(content == Content(times: [15], bytes: [[1, 1, 1, 1]]))
        #expect(reading.events == 1 && reading.damage == nil)
    }

    /// The flags are added to the count as negative numbers of 32 bits, so that all above them is set too.
    @Test func missedEventsAreCounted() {
        var writer = PageWriter(time: 10)
        writer.event([1, 1, 1, 1], delta: 1)
        #expect(read(writer.page()).1.missed == .none)
        writer.flags = 0xffff_ffff_c000_0000
        writer.behind = [0x15, 0xcd, 0x5b, 0x07, 1, 0, 0, 0]
        let (content, reading) = read(writer.page())
        #expect(reading.missed == .counted(1 << 32 | 123_456_789))
        #expect(content.times == [11])
        writer.flags = 0xffff_ffff_8000_0000
        #expect(read(writer.page()).1.missed == .uncounted)
        #expect(read(writer.page()).0.times == [11])
    }

    @Test func aCountThatIsAnnouncedAndNotThereIsUnknown() {
        var writer = PageWriter(time: 10)
        writer.longEvent(Array(repeating: 1, count: 4072), delta: 1)
        writer.flags = 0xffff_ffff_c000_0000
        let (content, reading) = read(writer.page())
        #expect(content.times == [11])
        #expect(reading.missed == .uncounted)
    }

    @Test func damageSaysWhereAndKeepsWhatWasBefore() {
        func damaged(_ damage: (inout PageWriter) -> Void) -> PageDamage? {
            var writer = PageWriter(time: 10)
            writer.event([1, 1, 1, 1], delta: 1)
            damage(&writer)
            let (content, reading) = read(writer.page())
            #expect(content == Content(times: [11], bytes: [[1, 1, 1, 1]]))
            #expect(reading.events == 1)
            return reading.damage
        }
        // By one dword.
        #expect(damaged { $0.head(type: 1, 1) } == PageDamage(offset: 24, kind: .eventTooLong))
        #expect(
            damaged {
                $0.head(type: 0, 1)
                $0.dword(8)
            } == PageDamage(offset: 24, kind: .eventTooLong))
        #expect(damaged { $0.head(type: 28, 1) } == PageDamage(offset: 24, kind: .eventTooLong))
        #expect(damaged { $0.head(type: 30, 1) } == PageDamage(offset: 24, kind: .eventTooLong))
        #expect(damaged { $0.head(type: 0, 1) } == PageDamage(offset: 24, kind: .eventTooLong))
        for length in [0, 3] as [UInt32] {
            #expect(
                damaged {
                    $0.head(type: 0, 1)
                    $0.dword(length)
                } == PageDamage(offset: 24, kind: .eventTooShort))
        }
        for type in [0, 29] as [UInt32] {
            #expect(
                damaged {
                    $0.head(type: type, 1)
                    $0.dword(.max)
                } == PageDamage(offset: 24, kind: .eventTooLong))
        }
    }

    @Test func aShortPageIsSaidToBeShort() {
        var writer = PageWriter(time: 10)
        writer.event([1, 1, 1, 1], delta: 1)
        for count in 0..<16 {
            let (content, reading) = read(Array(writer.page()[..<count]))
            #expect(content == Content() && reading.damage == PageDamage(offset: count, kind: .short))
        }
        for count in 16..<24 {
            let (content, reading) = read(Array(writer.page()[..<count]))
            #expect(content == Content() && reading.damage == PageDamage(offset: 8, kind: .short))
        }
        #expect(read(Array(writer.page()[..<24])).0.times == [11])
    }

    @Test func pagesCanBeLarger() throws {
        let text = try Fixture("7.3", "setpci").text("header_page")
        let large = try PageHeader(text.replacing("size:4080", with: "size:16368"))
        #expect(header.pageSize == 4096 && large.pageSize == 16384)
        var writer = PageWriter(time: 0)
        for _ in 0..<1000 { writer.event([1, 2, 3, 4, 5, 6, 7, 8], delta: 1) }
        let (content, reading) = read(writer.page(size: 16384), large)
        #expect(content.times == (1...1000).map { UInt64($0) } && reading.damage == nil)
    }

    /// A kernel of 32 bits: `local_t` has 4 bytes, and so has the count of what was missed.
    @Test func theHeaderSaysWhereThingsAre() throws {
        let header = try PageHeader(
            """
            \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
            \tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;
            \tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;
            """)
        var writer = PageWriter(time: 10)
        writer.event([1, 1, 1, 1], delta: 1)
        writer.flags = 0xc000_0000
        writer.behind = [5, 0, 0, 0, 0xff, 0xff]
        var page = writer.page()
        page.removeSubrange(12..<16)
        let (content, reading) = read(page, header)
        #expect(content.times == [11] && reading.missed == .counted(5))
    }

    @Test func headersThatCannotBeAreRefused() throws {
        let text = try Fixture("7.3", "setpci").text("header_page")
        for (old, new) in [
            ("timestamp", "stamp"), ("commit", "committed"), ("char data", "char bytes"), ("size:4080", "size:0"),
            ("size:4080", "size:9999999"), ("offset:16", "offset:8"), ("size:8", "size:2"), ("offset:0", "offset:12"),
            ("offset:16", "offset:-16"),
        ] {
            #expect(throws: TraceFormatError.self, "\(new)") { try PageHeader(text.replacing(old, with: new)) }
        }
        #expect(throws: TraceFormatError("header_page", "it has no field 'commit'")) {
            try PageHeader(text.replacing("commit", with: "committed"))
        }
    }
}
