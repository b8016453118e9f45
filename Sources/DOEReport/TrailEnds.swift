internal import DOEAuditTrail
internal import DOERecord
internal import DOEWords

/// How far each instance went, as far as somebody else than its own records says so: the ring, whoever asks, the
/// first record of the instance after it.
struct TrailEnds {
    /// The last number that each has given.
    private(set) var given: [TrailKey: UInt64] = [:]
    /// What that is known from.
    private(set) var known: [TrailKey: Verification.End] = [:]
    /// Instances whose end may have been lost: a record says so.
    private(set) var lost: Set<TrailKey> = []
    /// Why something cannot be told.
    var doubts: [String] = []

    init(of pass: TrailPass, ring: RecordNumber?, owesLoss: Bool, expected: [RecordAnchor]) {
        let chain = pass.chain
        for (key, anchor) in chain.named where isExpected(key, chain) { give(key, anchor.sequence, .named) }
        for anchor in expected {
            let keys = chain.keys(of: anchor.instance)
            for key in keys.count > 1 ? keys.filter({ $0.machine == pass.machine(of: anchor.instance) }) : keys {
                give(key, anchor.sequence, .expected)
                noteLater(key, chain)
            }
        }
        lost = chain.lostEnds
        for key in chain.unnamedLosses {
            if let before = chain.predecessor(of: key) { lost.insert(before) }
        }
        guard let ring else { return }
        let key = pass.key(of: ring.instance)
        give(key, ring.sequence, .ring)
        if owesLoss, let before = chain.predecessor(of: key) { lost.insert(before) }
    }

    private mutating func give(_ key: TrailKey, _ sequence: UInt64, _ end: Verification.End) {
        given[key] = max(given[key] ?? 0, sequence)
        known[key] = end
    }

    /// What came after an expected record was not asked for.
    private mutating func noteLater(_ key: TrailKey, _ chain: ChainCheck) {
        guard let place = chain.order.firstIndex(of: key) else { return }
        for later in chain.order[(place + 1)...] where later.machine == key.machine && known[later] == nil {
            known[later] = .later
        }
    }

    /// Of an instance that was named and of which nothing is there: it may be older than all that is kept.
    private func isExpected(_ key: TrailKey, _ chain: ChainCheck) -> Bool {
        if chain.instances[key] != nil { return true }
        guard let namer = chain.namers[key] else { return false }
        return chain.predecessor(of: namer) != nil
    }
}

// MARK: Whether it is so

extension TrailEnds {
    /// What the ring says otherwise. `after` is the last number that it knows of after the journal was read.
    mutating func compareRing(_ pass: inout TrailPass, _ ring: RingReading?, after: RecordNumber?) -> [String] {
        if let (number, digest) = ring?.lastReleased {
            let key = pass.key(of: number.instance)
            if pass.chain.compare(key, number.sequence, with: digest) == false {
                pass.chain.addBreak(key, number.sequence)
            }
        }
        // Of an instance that is over the journal may have more than the ring that went on.
        guard let ring, let after, !ring.isLastOfOneBefore else { return [] }
        let key = pass.key(of: after.instance)
        let last = pass.chain.instances[key]?.seen.last ?? 0
        // A record that stands in it the ring knows, though it was given after the reading began.
        let standing = ring.closed.filter { $0.instance == after.instance }.compactMap(\.sequence).max() ?? 0
        let isBehind = last > max(after.sequence, standing)
        if isBehind, ring.isCutOff {
            doubts.append(
                "the machine has gone down, and the ring knows of no record after \(after.sequence) of instance"
                    + " \(after.instance), and there are some up to \(last): the journal was on its disk first, or the ring is"
                    + " an older one; start the daemon, which records what it finds, and check again")
        } else if isBehind {
            return [
                "the ring knows of no record after \(after.sequence) of instance \(after.instance), and there are some up to"
                    + " \(last): the ring is an older one than what wrote them"
            ]
        }
        return pass.instances(after: key).prefix(1).map {
            "instance \($0.instance) came after \(after.instance), and the ring knows nothing of it: the ring is an older one"
        }
    }

    /// Where a record names the last one of the instance before it, and that is another one.
    func compareNamed(_ pass: TrailPass) -> [String] {
        var differences: [String] = []
        for (key, anchor) in pass.chain.named.sorted(by: { $0.key.instance < $1.key.instance }) {
            guard !pass.chain.isOver(key),
                pass.chain.compare(key, anchor.sequence, with: anchor.digest) == false
            else { continue }
            differences.append(
                "record \(anchor.sequence) of instance \(key.instance) is not the one that the instance after it names")
        }
        return differences
    }

    /// What is not as it was when the anchor was taken.
    mutating func compareExpected(_ pass: TrailPass, _ anchors: [RecordAnchor]) -> [String] {
        var differences: [String] = []
        for anchor in anchors {
            let name = "record \(anchor.sequence) of instance \(anchor.instance), which is expected,"
            let keys = pass.chain.keys(of: anchor.instance)
            guard let key = keys.first(where: { $0.machine == pass.machine(of: anchor.instance) }) ?? keys.first,
                let instance = pass.chain.instances[key], let first = instance.seen.first,
                let last = instance.seen.last
            else {
                doubts.append("\(name) is not there, nor any other one of that instance")
                continue
            }
            if instance.seen.contains(anchor.sequence) {
                switch pass.chain.compare(key, anchor.sequence, with: anchor.digest) {
                case true?: break
                case false?: differences.append("\(name) has another content")
                case nil: doubts.append("\(name) is there, and cannot be checked")
                }
            } else if anchor.sequence > last {
                differences.append("\(name) is not there: the last one is \(last)")
            } else if anchor.sequence < first {
                doubts.append("\(name) is older than all that is there, which begins with \(first)")
            } else {
                differences.append("\(name) is not there")
            }
        }
        return differences
    }
}
