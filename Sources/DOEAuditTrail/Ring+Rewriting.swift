internal import DOELinux

/// What the daemon knows of its ring besides the file.
struct RingMemory: Sendable {
    /// As it was written last.
    var progress: RingProgress?
    /// Complete records that the ring has not given up.
    var waiting: [PendingRecord]
    var free: Set<Int>
}

/// The ring of a daemon that lives, and whose file somebody has disturbed.
extension Ring {
    /// What is the matter with the file, as far as it is quickly told: with its name, its size, its headers and its progress,
    /// and with the slots of these records.
    func disturbance(_ progress: RingProgress?, holding records: [PendingRecord]) throws(LinuxError) -> Disturbance? {
        let size = RingLayout.fileSize(slotCount: slotCount)
        if let found = Disturbance.look(at: file, path: path, size: size) { return found }
        let header = RingHeader.bytes(slotCount: slotCount)
        for offset in RingLayout.headerOffsets {
            guard try file.read(header.count, at: offset, subject: path) == header else { return .overwritten }
        }
        if let progress {
            let place = RingLayout.progressOffsets[Int(progress.generation % 2)]
            guard try file.read(RingProgress.size, at: place, subject: path) == progress.bytes else {
                return .overwritten
            }
        }
        for record in records {
            guard try holds(record) else { return .overwritten }
        }
        return nil
    }

    private func holds(_ record: PendingRecord) throws(LinuxError) -> Bool {
        let place = RingLayout.offset(ofSlot: record.slot) + RingLayout.halfHeaderSize
        let header = try file.read(RingLayout.halfHeaderSize, at: place, subject: path)
        guard let (ticket, length) = HalfHeader.parse(header[...], .closing) else { return false }
        return ticket == record.ticket && length == record.bytes.count
    }

    /// Writes the ring anew at its path, of what the daemon knows; and of what opened an exchange, which its file alone
    /// has, as far as that is still there. From then on it is that file, for everybody who uses it. Nobody may use it
    /// meanwhile.
    ///
    /// `opened` tells the ticket of a slot that is open. Returns how many of those are not in it any more; and the file that
    /// it was, which is to be let go of when others may use the ring again: the kernel waits for its disk then.
    func rewrite(
        _ memory: RingMemory, opened: (_ slot: Int) -> UInt64?
    ) throws(LinuxError) -> (missing: Int, former: Descriptor?) {
        // The directory that is locked has to be the one in which the next daemon will look for the ring.
        try directory?.requirePlace(at: Self.folder(of: path))
        var missing = 0
        let new = try Self.make(at: path, slotCount: slotCount) { new throws(LinuxError) in
            try new.allocate()
            try new.writeHeaders()
            if let progress = memory.progress { try new.writeBoth(progress) }
            missing = try copySlots(to: new, memory, opened)
            try Self.lock(new.file, path)
        }
        let former = try? file.duplicated(subject: path)
        try file.become(new.file, subject: path)
        return (missing, former)
    }

    /// The copy that is older by one is written before, so that none of the two looks damaged.
    private func writeBoth(_ progress: RingProgress) throws(LinuxError) {
        var older = progress
        older.generation &-= 1
        for copy in [older, progress] {
            let place = RingLayout.progressOffsets[Int(copy.generation % 2)]
            try file.write(copy.bytes, at: place, subject: path)
        }
    }

    /// Has each slot of a new file hold what it has to; how many open ones cannot.
    private func copySlots(
        to new: Ring, _ memory: RingMemory, _ opened: (_ slot: Int) -> UInt64?
    ) throws(LinuxError) -> Int {
        let waiting = Dictionary(memory.waiting.map { ($0.slot, $0) }) { one, _ in one }
        var missing = 0
        for slot in 0..<slotCount where !memory.free.contains(slot) {
            let ticket = waiting[slot]?.ticket ?? opened(slot)
            let isThere = try copyOpening(of: slot, to: new, ticket: ticket)
            if let record = waiting[slot] {
                try new.close(slot: slot, ticket: record.ticket, content: record.bytes)
            } else if ticket != nil, !isThere {
                missing += 1
            }
        }
        return missing
    }

    /// Whether there was a whole opening half, with this ticket where one is known.
    private func copyOpening(of slot: Int, to new: Ring, ticket: UInt64?) throws(LinuxError) -> Bool {
        let start = RingLayout.offset(ofSlot: slot)
        let header = try file.read(RingLayout.halfHeaderSize, at: start, subject: path)
        guard let (found, length) = HalfHeader.parse(header[...], .exchange) ?? HalfHeader.parse(header[...], .opening),
            found == ticket ?? found
        else { return false }
        let content = try file.read(length, at: start + RingLayout.openingBytes, subject: path)
        guard content.count == length, HalfHeader.isSealed(header[...], over: content) else { return false }
        try new.file.write(content, at: start + RingLayout.openingBytes, subject: new.path)
        try new.file.write(header, at: start, subject: new.path)
        return true
    }
}
