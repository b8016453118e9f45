import Testing

@testable import DOETrace

/// A host of two processors: writes happen, are counted, and are traced, each or not.
struct WriteTallyTests {
    private struct Host {
        var counts = [WriteCount(), WriteCount()]
        var lost: [Int: UInt64] = [:]
        var tally: WriteTally

        init(_ ways: Set<WriterProgram.Way> = [.probe, .tracing]) { tally = WriteTally(countedBy: ways) }

        mutating func write(
            _ times: Int = 1, on processor: Int = 0, traced: Bool = true, probe: Bool = true, tracing: Bool = true
        ) {
            for _ in 0..<times {
                if probe { counts[processor].byProbe += 1 }
                if tracing { counts[processor].byTracing += 1 }
                if traced { tally.saw(on: processor) }
            }
        }

        mutating func compare() -> WriteTally.Finding { tally.compare(before: counts, after: counts, lost: lost) }

        /// As often as it takes.
        mutating func findings() -> WriteTally.Finding {
            var sum = WriteTally.Finding()
            for _ in 0..<WriteTally.comparisons {
                let finding = compare()
                sum.unseen.merge(finding.unseen) { $0 + $1 }
                sum.unseenAnywhere += finding.unseenAnywhere
                sum.untold += finding.untold
            }
            return sum
        }
    }

    @Test("what is counted and traced is right, on whatever processor")
    func right() {
        var host = Host()
        for processor in [0, 1, 1, 0, 1] { host.write(3, on: processor) }
        #expect(host.findings().isEmpty)
    }

    @Test("what was counted and is not traced is told with its processor, once, at the third comparison")
    func unseen() {
        var host = Host()
        host.write(5, on: 0)
        host.write(2, on: 1, traced: false)
        #expect(host.compare().isEmpty && host.compare().isEmpty)
        #expect(host.compare() == WriteTally.Finding(unseen: [1: 2]))
        #expect(host.findings().isEmpty)
        host.write(4, on: 1, traced: false)
        #expect(host.findings() == WriteTally.Finding(unseen: [1: 4]))
    }

    @Test("what one processor traces too much makes up for nothing on another")
    func processors() {
        var host = Host([.probe])
        host.write(on: 1, traced: false)
        host.write(9, on: 0, probe: false)
        #expect(host.findings().unseen == [1: 1])
    }

    @Test("what was under way at one comparison is nothing")
    func underWay() {
        var host = Host()
        for _ in 0..<20 {
            // Counted, and traced only after the pass.
            host.write(traced: false)
            #expect(host.compare().isEmpty)
            host.tally.saw(on: 0)
            #expect(host.compare().isEmpty)
        }
    }

    @Test("a write between a count and the pass is neither unseen nor untold")
    func between() {
        var host = Host()
        for _ in 0..<9 {
            let before = host.counts
            host.write(3)
            // The pass is here.
            host.write(2, traced: false)
            let finding = host.tally.compare(before: before, after: host.counts, lost: [:])
            #expect(finding.isEmpty)
            for _ in 0..<2 { host.tally.saw(on: 0) }
        }
    }

    @Test("what the trace has lost is told as lost, and not once more")
    func lost() {
        var host = Host()
        host.write(3, traced: false)
        host.lost[0] = 3
        #expect(host.findings().isEmpty)
        host.write(2, traced: false)
        #expect(host.findings().unseen == [0: 2])
    }

    @Test("either way of counting suffices, and what neither has counted nobody told of")
    func untold() {
        var host = Host()
        host.write(1000, tracing: false)
        #expect(host.findings().isEmpty)
        host.write(7, probe: false)
        #expect(host.findings().isEmpty)
        host.write(2, probe: false, tracing: false)
        #expect(host.findings() == WriteTally.Finding(untold: 2))
    }

    @Test("what one way skips now and the other one then was told; what both skip at a time may not have been")
    func oneAfterTheOther() {
        var host = Host()
        for _ in 0..<10 {
            host.write(300, tracing: false)
            #expect(host.compare().isEmpty)
            host.write(200, on: 1, probe: false)
            #expect(host.compare().isEmpty)
        }
        #expect(host.findings().isEmpty)
        host.write(300, tracing: false)
        host.write(20, probe: false)
        // Not all of them, and which of them nobody knows.
        #expect(host.findings() == WriteTally.Finding(untold: 20))
    }

    @Test("with one way alone its own count is all there is", arguments: WriterProgram.Way.allCases)
    func oneWay(_ way: WriterProgram.Way) {
        var host = Host([way])
        host.write(3, probe: way != .probe, tracing: way != .tracing)
        #expect(host.findings() == WriteTally.Finding(untold: 3))
        host.write(4, traced: false)
        let unseen = host.findings()
        #expect(unseen.unseen.values.reduce(0, +) + unseen.unseenAnywhere == 1)
    }

    @Test("who makes the kernel skip the one program while he dims the trace is counted by the other")
    func skippedAndDimmed() {
        var host = Host()
        host.write(5, traced: false, probe: false)
        #expect(host.findings() == WriteTally.Finding(unseenAnywhere: 5))
        host.write(3, traced: false)
        #expect(host.findings() == WriteTally.Finding(unseen: [0: 3]))
    }

    @Test("without programs nothing is said")
    func none() {
        var host = Host([])
        host.write(3)
        #expect(host.findings().isEmpty)
    }

    @Test("what was before it begins anew is forgotten, and what comes is compared")
    func begins() {
        var host = Host()
        host.write(4, traced: false)
        host.lost[0] = 2
        host.tally.begins(before: host.counts, after: host.counts, lost: host.lost)
        #expect(host.findings().isEmpty)
        host.write(5, traced: false)
        host.lost[0] = 3
        #expect(host.findings().unseen == [0: 4])
    }

    @Test("a processor that was not there has counted nothing")
    func hotplug() {
        var host = Host()
        host.tally.begins(before: [WriteCount()], after: [WriteCount()], lost: [:])
        host.write(3, on: 1)
        #expect(host.findings().isEmpty)
    }
}
