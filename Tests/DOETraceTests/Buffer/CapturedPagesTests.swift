import DOEWords
import Testing
import WitnessTestSupport

@testable import DOETrace

/// Every event of every capture is decoded to what the kernel's own text says of it.
struct CapturedPagesTests {
    @Test(arguments: Fixture.all)
    func eventsSayWhatTheKernelsTextSays(fixture: Fixture) throws {
        let lines = try fixture.text("\(fixture.scenario)/text").split(separator: "\n").map {
            try #require(KernelText($0), "\($0)")
        }
        #expect(!lines.isEmpty)
        var decoder = try fixture.decoder()
        for processor in 0...1 {
            var events: [TracedEvent] = []
            var read = 0
            for page in try fixture.pages(processor) {
                let reading = unsafe decoder.decode(page: page.span.bytes, into: &events)
                #expect(reading.damage == nil && reading.missed == .none)
                read += reading.events
            }
            let ofThis = lines.filter { $0.processor == processor }
            #expect(read == ofThis.count)
            let expected = ofThis.compactMap { line in fixture.role(of: line.event).map { (line, $0) } }
            #expect(events.count == expected.count)
            for (event, (line, role)) in zip(events, expected) {
                #expect(event.access == line.access(as: role))
                #expect(event.thread == line.thread)
                #expect((event.time + 500) / 1000 == line.time)
            }
        }
        let withoutRole = lines.count { fixture.role(of: $0.event) == nil }
        #expect(decoder.unreadable == (withoutRole == 0 ? [:] : [.foreign: UInt64(withoutRole)]))
    }

    /// Those without a role too, `comm` and all.
    @Test(arguments: Fixture.all)
    func fieldsAreWhereTheFormatsSay(fixture: Fixture) throws {
        let formats = Dictionary(uniqueKeysWithValues: try fixture.formats().map { ($0.id, $0) })
        let lines = try fixture.text("\(fixture.scenario)/text").split(separator: "\n").compactMap { KernelText($0) }
        for processor in 0...1 {
            var ofThis = lines.filter { $0.processor == processor }[...]
            for page in try fixture.pages(processor) {
                _ = unsafe TracePage.read(page.span.bytes, try fixture.header()) { _, event in
                    guard let line = ofThis.popFirst(), let format = formats[event.littleEndianWord(at: 0)] else {
                        Issue.record("an event that the text does not have")
                        return
                    }
                    #expect(format.name == line.event)
                    for key in line.keys {
                        if let text = line.string(key) {
                            let bytes = (try? format.text(key))?.bytes(in: event)
                            #expect(
                                bytes.map { String(decoding: $0.map { event.byte(at: $0) }, as: UTF8.self) } == text)
                        } else {
                            #expect((try? format.number(key))?.value(in: event) == line.number(key), "\(key)")
                        }
                    }
                }
            }
            #expect(ofThis.isEmpty)
        }
    }

    @Test func allEventsOfAProcessorComeInOrder() throws {
        for fixture in Fixture.all {
            let times = try fixture.events().map(\.time)
            #expect(times == times.sorted())
        }
    }
}
