@testable import DOEAuditTrail
import DOERecord
import DOEReport
import DOEWords
import TestSupport

/// A trail of several instances in which everything may have happened to a record, and what a checker has to find.
///
/// The expectation is worked out beside the corpus, from what was done to each record, and not from the entries.
struct TrailCorpus {
    /// What the journal holds, in its order.
    var entries: [TrailEntry] = []
    var ring = RingReading(path: "/made-up/ring")
    /// The lines of a device's log.
    var deviceLog = ""

    // What has to be found.
    var records = 0
    var waiting = 0
    var duplicates = 0
    var foreign = 0
    /// Missing numbers by instance.
    var missing: [String: [UInt64]] = [:]
    /// Of an instance whose end a loss names: the numbers behind its last record.
    var accounted: [String: [UInt64]] = [:]
    var hasLoss = false
    var executed = 0
    var unrecorded = 0

    private var names: [String] = []
    private var lastSeen: UInt64 = 0
    private var before: RecordAnchor?
    private var chain = SHA256Digest.zero
    private var sequence: UInt64 = 0
    private var time: UInt64 = 1_772_330_400_000_000
    private var requests = 0

    private var instance: String { names[names.count - 1] }

    init() { begin() }

    /// A new instance, whose first record names the last one of the instance before; with a loss on record, what is
    /// missing at the end of that one is accounted for.
    mutating func begin(loss: Bool = false) {
        before = sequence > 0 ? RecordAnchor(instance: instance, sequence: sequence, digest: chain) : nil
        if loss, let before {
            hasLoss = true
            accounted[instance] = missing[instance]?.filter { $0 > lastSeen } ?? []
            missing[instance] = missing[instance]?.filter { $0 < lastSeen }
            names.append("\(names.count)".repeated)
            (chain, sequence, lastSeen) = (.zero, 0, 0)
            var record = Record(.recordsLost, priority: .alert, message: "The ring was damaged")
            record.before = before
            deliver(number(record))
        } else {
            names.append("\(names.count)".repeated)
            (chain, sequence, lastSeen) = (.zero, 0, 0)
        }
    }

    /// An exchange that the device saw; a request of its own unless one is named.
    mutating func exchange(request: String? = nil, verdict: Verdict = .allow) -> Record {
        requests += 1
        var record = Record(
            verdict == .deny ? .exchangeRefused : .exchangeAllowed, priority: .info, message: "exchange \(requests)")
        let digest = SHA256Digest(of: (request ?? "request \(requests)").utf8)
        record[.requestDigest] = digest.description
        record.verdict = verdict
        if verdict != .deny {
            deviceLog += "\(digest)\n"
            executed += 1
        }
        return number(record)
    }

    mutating func number(_ unnumbered: Record) -> Record {
        var record = unnumbered
        sequence += 1
        time += 1_000_000
        record[.instance] = instance
        record[.sequence] = String(sequence)
        record[.chain] = chain.description
        record[.schema] = String(Record.schema)
        if sequence == 1 { record.before = before }
        record[.time] = String(time)
        record[.monotonic] = String(time / 7)
        chain = SHA256Digest(of: record.encoded)
        ring.last = RecordNumber(instance: instance, sequence: sequence)
        return record
    }

    /// The journal gets it, so many times.
    mutating func deliver(_ record: Record, times: Int = 1) {
        for _ in 0..<times { entries.append(TrailEntry(record: record, writerUID: 0)) }
        records += 1
        duplicates += times - 1
        lastSeen = sequence
    }

    /// Only the ring has it.
    mutating func keep(_ record: Record) {
        ring.closed.append(record)
        waiting += 1
        lastSeen = sequence
    }

    /// Nobody has it.
    mutating func lose(_ record: Record) {
        missing[instance, default: []].append(sequence)
        if record.verdict != .deny { unrecorded += 1 }
    }

    mutating func forge(_ record: Record) {
        entries.insert(TrailEntry(record: record, writerUID: 1000), at: entries.count / 2)
        foreign += 1
    }

    /// A corpus in which each record had its own fate.
    static func random(_ random: inout SeededGenerator) -> TrailCorpus {
        var corpus = TrailCorpus()
        let instances = Int.random(in: 1...4, using: &random)
        var losesEnd = false
        for place in 0..<instances {
            if place > 0 { corpus.begin(loss: losesEnd) }
            losesEnd = place < instances - 1 && random.once(in: 2)
            // The first number of an instance that was seen is where the check begins.
            corpus.deliver(corpus.exchange())
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let record = corpus.exchange(verdict: random.once(in: 8) ? .deny : .allow)
                switch Int.random(in: 0..<20, using: &random) {
                case 0: corpus.lose(record)
                case 1, 2: corpus.deliver(record, times: Int.random(in: 2...4, using: &random))
                case 3 where place == instances - 1: corpus.keep(record)
                case 4:
                    corpus.forge(record)
                    corpus.deliver(record)
                default: corpus.deliver(record)
                }
            }
            // An instance that ended in order has its last record in the journal.
            if place < instances - 1, !losesEnd { corpus.deliver(corpus.exchange()) }
        }
        // Delivered again, late: the journal's order is not that of the numbers.
        for _ in 0..<3 where corpus.entries.count > 2 {
            let from = Int.random(in: 1..<corpus.entries.count, using: &random)
            guard corpus.entries[from].record.sequence ?? 0 > 1 else { continue }
            corpus.entries.append(corpus.entries.remove(at: from))
        }
        return corpus
    }

    func verify(_ log: DeviceLog? = nil, since: UInt64? = nil) -> Verification {
        var builder = VerificationBuilder(
            source: .exportFile("night.export"), since: since, ring: ring, deviceLog: log)
        for entry in entries { builder.add(entry) }
        return builder.finish()
    }
}

extension String {
    /// An instance's name of one digit.
    fileprivate var repeated: String { String(repeating: self, count: 32) }
}
