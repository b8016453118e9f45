internal import DOELinux

/// The ring's file. It keeps no state of its own in memory; who owns a slot may write it, from any thread.
///
/// A half's content is written before its header, so a process that is killed leaves a half whole or absent; only a
/// power cut or a damaged disk leaves anything else, and the digests show it.
struct Ring: Sendable {
    let slotCount: Int
    let file: Descriptor
    let path: String
    /// The directory that it is in, locked for as long as the daemon lives; `nil` for who only reads.
    var directory: Descriptor?

    /// Writes a record as it was opened into a free slot.
    @discardableResult
    func open(slot: Int, ticket: UInt64, content: [UInt8]) throws(LinuxError) -> SealedContent {
        try write(.opening, slot: slot, ticket: ticket, content: content)
    }

    /// Writes an exchange as it was opened into a free slot.
    @discardableResult
    func open(slot: Int, ticket: UInt64, exchange content: [UInt8]) throws(LinuxError) -> SealedContent {
        try write(.exchange, slot: slot, ticket: ticket, content: content)
    }

    /// Notes how many events an opened record counts by now. The header alone is written, at once: a process that is
    /// killed leaves the count before or this one.
    func count(_ tally: Tally, slot: Int, ticket: UInt64, content: SealedContent) throws(LinuxError) {
        try file.write(
            HalfHeader.bytes(.opening, ticket: ticket, content: content, tally: tally),
            at: RingLayout.offset(ofSlot: slot), subject: path)
    }

    /// Writes a record as it was closed beside its opening.
    func close(slot: Int, ticket: UInt64, content: [UInt8]) throws(LinuxError) {
        try write(.closing, slot: slot, ticket: ticket, content: content)
    }

    /// Frees a slot. It is not synced: a slot that a power cut brings back is found in the journal again.
    func free(slot: Int) throws(LinuxError) {
        let nothing = [UInt8](repeating: 0, count: RingLayout.bothHeadersSize)
        try file.write(nothing, at: RingLayout.offset(ofSlot: slot), subject: path)
    }

    /// Writes the older of the two copies and waits for the disk.
    func write(_ progress: RingProgress) throws(LinuxError) {
        let place = RingLayout.progressOffsets[Int(progress.generation % 2)]
        try file.write(progress.bytes, at: place, subject: path)
        try synchronize()
    }

    /// Waits until everything written so far is on the disk.
    func synchronize() throws(LinuxError) {
        try file.synchronize(subject: path)
    }

    /// What has to be on the disk is synced through a descriptor of its own, which is opened before it is written: an
    /// error is told to each descriptor once, and the thread that delivers may have heard it.
    func reopened() throws(LinuxError) -> Descriptor { try file.reopened(subject: path) }

    @discardableResult
    private func write(
        _ half: SlotHalf, slot: Int, ticket: UInt64, content: [UInt8]
    ) throws(LinuxError) -> SealedContent {
        let start = RingLayout.offset(ofSlot: slot)
        let isOpening = half != .closing
        try file.write(
            content, at: start + (isOpening ? RingLayout.openingBytes : RingLayout.closingBytes), subject: path)
        let sealed = SealedContent(content)
        try file.write(
            HalfHeader.bytes(half, ticket: ticket, content: sealed),
            at: start + (isOpening ? 0 : RingLayout.halfHeaderSize), subject: path)
        return sealed
    }
}
