import DOEWords
import Testing
import WitnessTestSupport

@testable import DOETrace

@Suite("Which write it was that a program told of")
struct LastWritesTests {
    /// `#expect` takes no mutating calls.
    private final class Writes {
        private var last = LastWrites()

        func told(_ writers: [Writer], _ events: [TracedEvent], began: UInt64) -> [UInt64?] {
            last.told(writers, events, began: began).map(\.wrote)
        }
    }

    private let writes = Writes()

    private static func write(_ thread: Int32, at time: UInt64) -> TracedEvent {
        TracedEvent(
            time: time, thread: thread, access: .write(function: Addresses.device, offset: 0xc, width: 1, value: 0))
    }

    private static func writer(_ thread: Int32, at time: UInt64) -> Writer {
        Writer(
            time: time, thread: thread, process: thread, started: 1, uid: 0, gid: 0, login: .max, session: .max,
            parent: 1, parentCommand: "sh", controlGroup: 1, program: nil)
    }

    @Test("it is the thread's last one before, of this pass or of one before, in whatever order they were read")
    func lastBefore() {
        let events = [Self.write(7, at: 300), Self.write(7, at: 100), Self.write(8, at: 390), Self.write(7, at: 500)]
        #expect(writes.told([Self.writer(7, at: 400), Self.writer(8, at: 395)], events, began: 1_000) == [300, 390])
        #expect(writes.told([Self.writer(7, at: 900), Self.writer(9, at: 900)], [], began: 1_000) == [500, nil])
    }

    @Test("of whom is told later than the pass began his write may not be read yet: it is said with the next one")
    func young() {
        // The write before it is not this one's, perhaps another program's.
        #expect(writes.told([Self.writer(7, at: 1_100)], [Self.write(7, at: 200)], began: 1_000) == [nil])
        #expect(writes.told([], [Self.write(7, at: 1_050)], began: 2_000) == [1_050])
        #expect(writes.told([], [], began: 3_000) == [])
    }
}
