@testable import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords

/// Something that is done to a trail at a place.
enum Attack: CaseIterable {
    // By who may write the journal's files.
    case delete, cutHead, cutTail, deleteInstance, hideFile
    case change, changeTime, changeAndRaiseSchema, raiseSchema, dropChain, changeAndDropChain, dropNumber,
        changeOutOfOrder
    case changeKind, addValue, addField
    case swapNumbers, takeNumber, forgeAsRoot, chainAnew, moveToAnotherMachine, extend
    // By the disk, or a copy of it that was put back.
    case olderRing
    // By anybody, or by nobody.
    case forgeAsUser, forgeWithoutWriter, forgeAhead, `repeat`, reorder

    /// What an attack did.
    struct Deed {
        var deleted: Set<AttackedTrail.Place> = []
        var changed: Set<AttackedTrail.Place> = []
        /// Nothing that counts was done.
        var isHarmless = false
        /// It may not be called whole, whatever was touched.
        var isNeverWhole = false
        /// It may not be called whole up to its last record either: something is seen of it.
        var isSeen = false
        /// The trail contradicts itself: that has to be said.
        var isContradiction = false
        /// All that comes after what was changed was changed too, so that it fits.
        var isChained = false
    }

    /// Does it; `nil` where it cannot be done there.
    func strike(_ trail: inout AttackedTrail, at index: Int) -> Deed? {
        switch self {
        case .delete, .cutHead, .cutTail, .deleteInstance, .hideFile: remove(&trail, at: index)
        case .change, .changeTime, .changeAndRaiseSchema, .raiseSchema, .dropChain, .changeAndDropChain, .dropNumber,
            .changeOutOfOrder, .changeKind, .addValue, .addField,
            .takeNumber, .forgeAsRoot, .swapNumbers, .chainAnew, .moveToAnotherMachine, .extend:
            rewrite(&trail, at: index)
        case .olderRing: putBackRing(&trail, at: index)
        case .forgeAsUser, .forgeWithoutWriter, .forgeAhead, .repeat, .reorder: disturb(&trail, at: index)
        }
    }

    private func remove(_ trail: inout AttackedTrail, at index: Int) -> Deed? {
        let range: [Int]
        switch self {
        case .cutHead: range = Array(0...index)
        case .cutTail: range = Array(index..<trail.entries.count)
        case .deleteInstance:
            let instance = trail.entries[index].record.instance
            range = trail.entries.indices.filter { trail.entries[$0].record.instance == instance }
        default: range = [index]
        }
        var deed = Deed(deleted: Set(range.map(trail.place)))
        for place in range.reversed() { trail.entries.remove(at: place) }
        if self == .hideFile {
            trail.unread = [UnreadFile(path: "/x/system@1.journal", reason: "it is truncated or empty")]
            deed.isSeen = true
        }
        return deed
    }

    private func rewrite(_ trail: inout AttackedTrail, at index: Int) -> Deed? {
        let place = trail.place(index)
        var deed = Deed(changed: [place])
        switch self {
        case .change: trail.change(index) { $0[.clientUID] = "4711" }
        case .changeTime: trail.change(index) { $0[.time] = String(($0.time ?? 0) + 1) }
        case .changeOutOfOrder:
            trail.change(index) { $0[.clientUID] = "4711" }
            trail.entries.append(trail.entries.remove(at: index))
        case .raiseSchema:
            trail.change(index) { $0[.schema] = String(Record.schema + 1) }
            deed.isSeen = true
        case .changeAndRaiseSchema:
            deed.isSeen = true
            trail.change(index) {
                $0[.clientUID] = "4711"
                $0[.schema] = String(Record.schema + 1)
            }
        case .dropChain: trail.change(index) { $0[.chain] = nil }
        case .changeAndDropChain:
            guard let next = successor(of: index, in: trail) else { return nil }
            trail.change(index) { $0[.clientUID] = "4711" }
            trail.change(next) { $0[.chain] = nil }
            deed.changed.insert(trail.place(next))
        case .forgeAsRoot:
            let entry = trail.entries[index]
            var record = entry.record
            record[.clientUID] = "4711"
            trail.entries.append(
                TrailEntry(record: record, writerUID: 0, machine: entry.machine, host: entry.host))
            deed = Deed(isContradiction: true)
        case .dropNumber:
            trail.change(index) { $0[.sequence] = nil }
            deed = Deed(deleted: [place], isSeen: true)
        case .swapNumbers: return swapNumbers(&trail, index)
        case .takeNumber:
            guard let other = sibling(of: index, in: trail) else { return nil }
            let number = trail.entries[other].record[.sequence]
            trail.change(index) { $0[.sequence] = number }
            deed = Deed(deleted: [place], isContradiction: true)
        case .moveToAnotherMachine:
            let entry = trail.entries[index]
            let machine = entry.machine == "m0" ? "m1" : "m0"
            trail.entries[index] = TrailEntry(record: entry.record, writerUID: 0, machine: machine, host: machine)
            deed = Deed(deleted: [place], isNeverWhole: true)
        case .changeKind, .addValue, .addField:
            trail.alter(index) { alter(&$0) }
            deed = Deed(isContradiction: true)
        case .chainAnew: return chainAnew(&trail, from: index)
        case .extend: return extend(&trail, index)
        default: return nil
        }
        return deed
    }

    /// In the entry alone: a record as it is understood does not show it.
    private func alter(_ fields: inout [JournalEntry.Field]) {
        switch self {
        case .changeKind:
            fields = fields.map { $0.name == "MESSAGE_ID" ? JournalEntry.Field(name: $0.name, value: [48]) : $0 }
        case .addValue: fields.append(JournalEntry.Field(name: "DOE_CLIENT_UID", value: Array("4711".utf8)))
        default: fields.append(JournalEntry.Field(name: "DOE_NOTHING", value: [49]))
        }
    }

    private func sibling(of index: Int, in trail: AttackedTrail) -> Int? {
        let key = trail.place(index).key
        return trail.entries.indices.first { $0 != index && trail.place($0).key == key }
    }

    private func swapNumbers(_ trail: inout AttackedTrail, _ index: Int) -> Deed? {
        guard let other = sibling(of: index, in: trail) else { return nil }
        let numbers = (trail.entries[index].record[.sequence], trail.entries[other].record[.sequence])
        trail.change(index) { $0[.sequence] = numbers.1 }
        trail.change(other) { $0[.sequence] = numbers.0 }
        return Deed(isContradiction: true)
    }

    private func successor(of index: Int, in trail: AttackedTrail) -> Int? {
        let place = trail.place(index)
        return trail.entries.indices.first {
            trail.place($0).key == place.key && trail.place($0).sequence == place.sequence + 1
        }
    }

    /// As somebody does who knows how the chain is made.
    private func chainAnew(_ trail: inout AttackedTrail, from index: Int) -> Deed {
        let key = trail.place(index).key
        var deed = Deed(isChained: true)
        trail.change(index) { $0[.clientUID] = "4711" }
        var chain: SHA256Digest?
        for place in trail.entries.indices where place >= index && trail.place(place).key == key {
            if let chain { trail.change(place) { $0[.chain] = chain.description } }
            chain = SHA256Digest(of: trail.entries[place].record.encoded)
            deed.changed.insert(trail.place(place))
        }
        return deed
    }

    /// A record more than was written, chained as it should be.
    private func extend(_ trail: inout AttackedTrail, _ index: Int) -> Deed? {
        guard let ring = trail.ring?.last, let last = trail.entries.last,
            last.record.instance == ring.instance, last.record.sequence == ring.sequence
        else { return nil }
        var record = last.record
        record[.sequence] = String(ring.sequence + 1)
        record[.chain] = SHA256Digest(of: last.record.encoded).description
        trail.entries.append(TrailEntry(record: record, writerUID: 0, machine: last.machine, host: last.host))
        return Deed(isSeen: true)
    }

    private func putBackRing(_ trail: inout AttackedTrail, at index: Int) -> Deed? {
        guard var ring = trail.ring else { return nil }
        let entry = trail.entries[index]
        let place = trail.place(index)
        let number = RecordNumber(instance: place.key.instance, sequence: place.sequence)
        guard number != ring.last, index < trail.entries.count - 1 else { return nil }
        ring.last = number
        ring.lastReleased = (number, SHA256Digest(of: entry.record.encoded))
        trail.ring = ring
        return Deed(isSeen: true)
    }

    private func disturb(_ trail: inout AttackedTrail, at index: Int) -> Deed {
        let entry = trail.entries[index]
        switch self {
        case .forgeAsUser, .forgeWithoutWriter:
            var record = entry.record
            record[.clientUID] = "4711"
            let uid: UInt32? = self == .forgeAsUser ? 65534 : nil
            trail.entries.insert(TrailEntry(record: record, writerUID: uid, machine: entry.machine), at: index)
        case .forgeAhead:
            var record = Record(.recordsLost, priority: .alert, message: "all is lost")
            record[.instance] = entry.record.instance
            record[.sequence] = "900"
            record.before = RecordAnchor(
                instance: entry.record.instance ?? "", sequence: 800, digest: SHA256Digest(of: [1]))
            trail.entries.insert(TrailEntry(record: record, writerUID: 1000, machine: entry.machine), at: index)
        case .repeat: trail.entries.append(entry)
        default: trail.entries.swapAt(index, trail.entries.count - 1)
        }
        return Deed(isHarmless: true)
    }
}
