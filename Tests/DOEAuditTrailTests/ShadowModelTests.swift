@testable import DOEAuditTrail
import DOEWords
import TestSupport
import Testing

/// The comparison of ring and shadow against a naive model, which remembers every record and every version of every slot.
@Suite struct ShadowModelTests {
    private static let instance = String(repeating: "a", count: 32)

    /// A daemon's life: what it has promised, what the page cache holds of it, and what may be on the disk.
    private struct Life {
        /// A record that was promised to be in the ring, and how far.
        struct Promise {
            var slot: Int
            var number: UInt64?
        }

        /// By slot, every version since the last sync: any of them may be on the disk. The last is the page cache's.
        var versions: [[RingContent.Slot]]
        /// By ticket, the numbers given.
        var numbers: [UInt64: UInt64] = [:]
        var shadow: ShadowContent
        var progress: UInt64 = 0
        var sequence: UInt64 = 0
        var promised: [UInt64: Promise] = [:]
        /// The last number that somebody was told of.
        var told: UInt64 = 0
        var nextTicket: UInt64 = 1

        init(slotCount: Int) {
            versions = Array(repeating: [.free], count: slotCount)
            shadow = ShadowContent(
                boot: "", ring: .zero, instance: ShadowModelTests.instance, firstSequence: 0,
                entries: Array(repeating: ShadowEntry(), count: slotCount))
        }

        var current: [RingContent.Slot] { versions.compactMap(\.last) }

        /// What one operation does, one write after the other: a kill may come before, between and after them.
        mutating func steps(_ slot: Int) -> [(inout Life) -> Void] {
            switch current[slot] {
            case .free:
                let ticket = nextTicket
                nextTicket += 1
                return [
                    { $0.versions[slot].append(.open([], ticket: ticket)) },
                    {
                        let before = $0.shadow.entries[slot].sequence
                        $0.shadow.entries[slot] = ShadowEntry(state: .open, ticket: ticket, sequence: before)
                        $0.promised[ticket] = Promise(slot: slot)
                    },
                ]
            case .open(_, let ticket):
                let number = sequence + 1
                return [
                    {
                        $0.versions[slot].append(.closed([], ticket: ticket))
                        $0.sequence = number
                        $0.numbers[ticket] = number
                    },
                    {
                        $0.shadow.entries[slot] = ShadowEntry(state: .closed, ticket: ticket, sequence: number)
                        $0.promised[ticket]?.number = number
                        $0.told = number
                    },
                ]
            case .closed(_, let ticket):
                return [
                    {
                        // The journal was seen to hold it.
                        $0.shadow.entries[slot].state = .free
                        $0.promised[ticket] = nil
                    },
                    {
                        $0.synchronize()
                        $0.progress = $0.sequence
                    },
                    { $0.versions[slot].append(.free) },
                ]
            default: return []
            }
        }

        mutating func synchronize() { versions = versions.map { Array($0.suffix(1)) } }

        func last(in slots: [RingContent.Slot]) -> UInt64 {
            slots.reduce(progress) { last, slot in
                if case .closed(_, let ticket) = slot { max(last, numbers[ticket] ?? 0) } else { last }
            }
        }

        /// What is lost of what was promised, record by record.
        func losses(in slots: [RingContent.Slot]) -> (missing: Int, cutBack: Int) {
            var (missing, cutBack) = (0, 0)
            for (ticket, promise) in promised {
                switch (slots[promise.slot], promise.number) {
                case (.closed(_, ticket), _), (.open(_, ticket), nil): break
                case (.open(_, ticket), _): cutBack += 1
                default: missing += 1
                }
            }
            return (missing, cutBack)
        }
    }

    /// A life of random operations that is cut off at a random write.
    private func life(_ generator: inout SeededGenerator) -> Life {
        var life = Life(slotCount: 6)
        for _ in 0..<Int.random(in: 0..<60, using: &generator) {
            if generator.once(in: 12) { life.synchronize() }
            for step in life.steps(generator.pick(Array(0..<6))) { step(&life) }
        }
        let steps = life.steps(generator.pick(Array(0..<6)))
        for step in steps.prefix(Int.random(in: 0...steps.count, using: &generator)) { step(&life) }
        return life
    }

    private func compare(_ life: Life, with slots: [RingContent.Slot]) -> ShadowComparison {
        life.shadow.compare(
            with: slots, last: RecordNumber(instance: Self.instance, sequence: life.last(in: slots)))
    }

    @Test func aKillAtAnyWriteIsNoLoss() {
        var generator = SeededGenerator(seed: 1)
        for turn in 0..<5000 {
            let life = life(&generator)
            let finding = compare(life, with: life.current)
            #expect(!finding.isRolledBack && finding.finished.isEmpty, "turn \(turn): \(finding)")
        }
    }

    @Test func whateverGoesBackIsNoticed() {
        var generator = SeededGenerator(seed: 2)
        var losses = 0
        var silent = 0
        for turn in 0..<5000 {
            let life = life(&generator)
            let slots = life.versions.map { generator.pick($0) }
            let finding = compare(life, with: slots)
            let (missing, cutBack) = life.losses(in: slots)
            #expect(
                finding.missing == missing && finding.cutBack == cutBack && finding.damaged == 0,
                "turn \(turn): \(finding), not \(missing) and \(cutBack)")
            // No number that somebody was told of is given again.
            #expect(finding.isBehind == (life.last(in: slots) < life.told), "turn \(turn)")
            // A record that stands there open again was promised to nobody, or is in the journal.
            for slot in finding.finished {
                guard case .open(_, let ticket) = slots[slot] else {
                    Issue.record("turn \(turn): slot \(slot) is not open")
                    continue
                }
                #expect(life.numbers[ticket] != nil && life.promised[ticket] == nil, "turn \(turn), slot \(slot)")
            }
            losses += missing + cutBack > 0 ? 1 : 0
            silent += finding.isRolledBack ? 0 : 1
        }
        #expect(losses > 500 && silent > 500, "\(losses) with losses, \(silent) without: too few of one kind")
    }

    @Test func aSlotThatTheRingItselfSeesDamagedIsCountedApart() {
        var shadow = Life(slotCount: 4).shadow
        shadow.entries[0] = ShadowEntry(state: .open, ticket: 1)
        shadow.entries[1] = ShadowEntry(state: .closed, ticket: 2, sequence: 1)
        shadow.entries[2] = ShadowEntry(state: .closed, ticket: 3, sequence: 2)
        let finding = shadow.compare(
            with: [.lost, .free, .cutOff], last: RecordNumber(instance: Self.instance, sequence: 2))
        #expect((finding.damaged, finding.missing, finding.cutBack) == (2, 1, 0))
        #expect(finding.sentences.count == 2 && !finding.isBehind)
    }

    @Test func numbersOfAnotherInstanceAreNoProgress() {
        let shadow = Life(slotCount: 1).shadow
        let other = RecordNumber(instance: String(repeating: "b", count: 32), sequence: 7)
        #expect(shadow.compare(with: [.free], last: other).isBehind)
        #expect(!shadow.compare(with: [.free], last: nil).isRolledBack, "nothing was ever written")
    }
}
