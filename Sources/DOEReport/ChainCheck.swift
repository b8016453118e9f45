internal import DOERecord
internal import DOEWords

/// Which numbers of each instance were seen, and whether each record's digest stands in the one after it.
struct ChainCheck: Sendable {
    /// What a record is to those seen before it.
    enum Finding: Hashable {
        /// It is new.
        case new
        /// The same record was there already: it was delivered twice.
        case duplicate
        /// Another record with the same number was there already.
        case conflict
    }

    fileprivate struct Instance {
        /// The start of each record's digest, by number.
        var seen: [UInt64: UInt64] = [:]
        /// Digests of records whose successor has not come; chains of records whose predecessor has not come.
        var digests: [UInt64: SHA256Digest] = [:]
        var chains: [UInt64: SHA256Digest] = [:]
        /// Numbers of records whose chain does not fit the record before.
        var broken: [UInt64] = []
        /// The lowest number in the time asked for: what is missing before it is not asked for.
        var start: UInt64?
        /// Numbers up to this one were given, whether or not a record shows it.
        var given: UInt64 = 0
    }

    private var instances: [String: Instance] = [:]
    /// The instances' names in the order in which their first records were seen.
    private(set) var order: [String] = []

    /// How many instances have a record in the time that was asked for.
    var instanceCount: Int { instances.values.count { $0.start != nil } }

    /// Takes a record; `isInRange` says whether it lies in the time that was asked for.
    mutating func add(_ record: Record, isInRange: Bool) -> Finding {
        guard let name = record.instance, let sequence = record.sequence else { return .new }
        let digest = SHA256Digest(of: record.encoded)
        if instances[name] == nil { order.append(name) }
        return instances[name, default: Instance()].add(
            record, sequence: sequence, digest: digest, isInRange: isInRange)
    }

    /// Takes from somewhere else than a record that an instance has given its numbers up to this one.
    mutating func expect(_ name: String, through sequence: UInt64) {
        if instances[name] == nil { order.append(name) }
        instances[name, default: Instance()].given = sequence
    }

    /// Takes from somewhere else than a record what the digest of one is.
    mutating func compare(_ name: String, _ sequence: UInt64, with digest: SHA256Digest) {
        guard let mark = instances[name]?.seen[sequence], mark != digest.mark else { return }
        instances[name]?.broken.append(sequence)
    }

    /// The numbers of an instance that were seen: the lowest in the time that was asked for, the highest, and how many
    /// from the one to the other; `nil` where there is none.
    func numbers(of name: String) -> (first: UInt64, last: UInt64, count: Int)? {
        guard let instance = instances[name], let first = instance.start else { return nil }
        let seen = instance.seen.keys.lazy.filter { $0 >= first }
        return (first, seen.max() ?? first, seen.count)
    }

    /// Numbers that are missing between others, by instance.
    var gaps: [Gap] {
        instances.sorted { $0.key < $1.key }.flatMap { name, instance in instance.gaps(name) }
    }

    /// Records whose chain does not fit the record before, by instance and number.
    var breaks: [ChainBreak] {
        instances.sorted { $0.key < $1.key }.flatMap { name, instance in
            instance.broken.sorted().map { ChainBreak(instance: name, sequence: $0) }
        }
    }
}

extension ChainCheck.Instance {
    fileprivate mutating func add(
        _ record: Record, sequence: UInt64, digest: SHA256Digest, isInRange: Bool
    ) -> ChainCheck.Finding {
        let mark = digest.mark
        if let before = seen.updateValue(mark, forKey: sequence) {
            seen[sequence] = before
            return before == mark ? .duplicate : .conflict
        }
        if isInRange { start = min(start ?? sequence, sequence) }
        // A record of a newer schema has fields that are not known here: its digest cannot be told. An older one lacks
        // some, which is as if they did not apply.
        guard let schema = record[.schema].flatMap({ Int($0) }), schema <= Record.schema, let chain = record.chain
        else { return .new }
        // Numbers count from 1: nobody of ours wrote a record 0.
        guard sequence > 0 else {
            broken.append(sequence)
            return .new
        }
        if sequence == 1 {
            if chain != .zero { broken.append(sequence) }
        } else if let previous = digests.removeValue(forKey: sequence - 1) {
            if chain != previous { broken.append(sequence) }
        } else {
            chains[sequence] = chain
        }
        if sequence < .max, let next = chains.removeValue(forKey: sequence + 1) {
            if next != digest { broken.append(sequence + 1) }
        } else {
            digests[sequence] = digest
        }
        return .new
    }

    fileprivate func gaps(_ name: String) -> [Gap] {
        // Where no record is left at all, every number given is missing.
        guard let start = start ?? (seen.isEmpty && given > 0 ? 1 : nil) else { return [] }
        var gaps: [Gap] = []
        var expected = start
        for sequence in seen.keys.filter({ $0 >= start }).sorted() {
            if sequence > expected { gaps.append(Gap(instance: name, first: expected, last: sequence - 1)) }
            expected = sequence == .max ? sequence : sequence + 1
        }
        if expected <= given { gaps.append(Gap(instance: name, first: expected, last: given)) }
        return gaps
    }
}

extension SHA256Digest {
    /// Enough of it to tell two records apart.
    fileprivate var mark: UInt64 { bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
}
