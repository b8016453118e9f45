import DOEAssembly
import DOEWords
import Testing
import WitnessTestSupport

@testable import DOETrace
@testable import DOEWitness

@Suite("Observations that wait to be known by name")
struct ObservationQueueTests {
    private static func seen(by thread: Int32) -> AssembledObservation {
        AssembledObservation(
            .configWrites(count: 1, function: Addresses.device, offset: 4, width: 2, value: 6), road: .bypass,
            way: .sysfs, threads: [thread], named: 0, began: 0, ended: 0)
    }

    /// Who wrote what is taken now, where the places of these are not known.
    private static func taken(
        from queue: inout ObservationQueue, at now: UInt64, unknown: Set<Int32>
    ) -> [Int32] {
        queue.take(at: now) { !unknown.isDisjoint(with: $0.threads) }.flatMap(\.threads)
    }

    @Test("nothing waits where all is known")
    func known() {
        var queue = ObservationQueue()
        queue.put([Self.seen(by: 1), Self.seen(by: 2)], at: 5)
        let taken = Self.taken(from: &queue, at: 5, unknown: [])
        #expect(taken == [1, 2] && queue.isEmpty)
        let more = Self.taken(from: &queue, at: 5, unknown: [1, 2])
        #expect(more == [])
    }

    @Test("whose name is to be learned waits, and those behind him, until it is")
    func waits() {
        var queue = ObservationQueue()
        queue.put([Self.seen(by: 1), Self.seen(by: 2), Self.seen(by: 3)], at: 0)
        var taken = [Self.taken(from: &queue, at: 0, unknown: [2])]
        queue.put([Self.seen(by: 4)], at: 10)
        taken.append(Self.taken(from: &queue, at: 10, unknown: [2]))
        taken.append(Self.taken(from: &queue, at: 20, unknown: [4]))
        taken.append(Self.taken(from: &queue, at: 30, unknown: []))
        #expect(taken == [[1], [], [2, 3], [4]] && queue.isEmpty)
    }

    @Test("for so long, and no longer: then he goes without a name")
    func patience() {
        var queue = ObservationQueue()
        queue.put([Self.seen(by: 1)], at: 100)
        queue.put([Self.seen(by: 2)], at: 200)
        let end = 100 + ObservationQueue.patience
        // The end of the witness waits for nobody.
        let taken = [end - 1, end, .max].map { Self.taken(from: &queue, at: $0, unknown: [1, 2]) }
        #expect(taken == [[], [1], [2]] && queue.isEmpty)
    }

    @Test("a crowd that nobody knows does not fill it")
    func crowd() {
        var queue = ObservationQueue()
        let all = 0..<Int32(ObservationQueue.limit + 3)
        queue.put(all.map(Self.seen), at: 0)
        let first = Self.taken(from: &queue, at: 0, unknown: Set(all))
        let second = Self.taken(from: &queue, at: 0, unknown: Set(all))
        #expect(first == [0, 1, 2] && second == [])
        let rest = Self.taken(from: &queue, at: 0, unknown: [])
        #expect(rest.count == ObservationQueue.limit)
    }

    @Test("it is asked of the one who wrote first, at the time of his write, and not of what the kernel did")
    func whoseName() {
        let processes = MadeUpProcesses()
        let book = ProcessBook(of: processes, own: 1)
        let time = processes.now.monotonic
        book.told(
            Writer(
                time: time * 1000, thread: 467, process: 467, started: 0, uid: 0, gid: 0, login: .max, session: .max,
                parent: 0, parentCommand: "", controlGroup: 1, program: nil))
        func observation(_ road: Road, _ threads: [Int32]) -> AssembledObservation {
            AssembledObservation(
                .configWrites(count: 1, function: Addresses.device, offset: 4, width: 2, value: 6), road: road,
                way: .sysfs, threads: threads, named: time * 1000, began: 0, ended: 0)
        }
        #expect(observation(.bypass, [467, 468]).awaitsPlace(in: book))
        #expect(!observation(.bypass, [468, 467]).awaitsPlace(in: book))
        #expect(!observation(.kernel, [467]).awaitsPlace(in: book) && !observation(.bypass, []).awaitsPlace(in: book))
        book.learnPlaces()
        #expect(!observation(.bypass, [467]).awaitsPlace(in: book))
    }
}
