internal import CLinux

/// The records that the kernel writes into a ring, as its one reader takes them.
///
/// A thread can be interrupted between beginning a record and ending it, and stay so for seconds where others want
/// the processor more. What stands behind that record is read all the same: its length is known from its beginning.
/// Its room alone, and that behind it, is free again only once it has been read.
@safe struct RingRecords {
    private let ring: clinux_bpf_ring
    /// Where nobody has looked yet.
    private var next: UInt
    /// Before that: records that the kernel has begun and not ended, in their order.
    private var begun: [UInt] = []

    init(_ ring: clinux_bpf_ring) {
        unsafe self.ring = unsafe ring
        next = unsafe withUnsafePointer(to: ring) { unsafe clinux_bpf_ring_begin($0) }
    }

    /// Memory laid out as the kernel's: a page with how far the reader is, and pages of which the first says how far
    /// the kernel is.
    init(consumer: UnsafeMutableRawPointer, producer: UnsafeMutableRawPointer, page: Int, size: Int) {
        unsafe self.init(
            clinux_bpf_ring(consumer: consumer, producer: producer, size: UInt32(size), page: UInt32(page)))
    }

    /// Whether something that was begun is waited for.
    var isUnfinished: Bool { !begun.isEmpty }

    func unmap() { unsafe withUnsafePointer(to: ring) { unsafe clinux_bpf_ring_unmap($0) } }

    /// Hands over each record that is there and was not handed over before, `limit` at most, those that were begun
    /// before the others first. Returns whether more may be there.
    mutating func pass(limit: Int, _ body: (RawSpan) -> Void) -> Bool {
        var left = limit
        for place in begun where left > 0 {
            guard let found = look(at: place), found.isEnded else { continue }
            begun.removeAll { $0 == place }
            if take(found, body) { left -= 1 }
        }
        free()
        while left > 0 {
            guard let found = look(at: next) else { return false }
            if !found.isEnded {
                begun.append(next)
            } else if take(found, body) {
                left -= 1
            }
            next = found.next
            free()
        }
        return true
    }

    @safe private struct Found {
        let isEnded: Bool
        /// `nil` where its writer has given it up.
        let bytes: UnsafeRawBufferPointer?
        let next: UInt
    }

    private func look(at place: UInt) -> Found? {
        var record: UnsafeRawPointer?
        var length: UInt32 = 0
        var next: UInt = 0
        let state = unsafe withUnsafePointer(to: ring) {
            unsafe clinux_bpf_ring_look($0, place, &record, &length, &next)
        }
        guard state != Int32(CLINUX_BPF_RECORD_NONE) else { return nil }
        let isWhole = state == Int32(CLINUX_BPF_RECORD_WHOLE)
        return unsafe Found(
            isEnded: state != Int32(CLINUX_BPF_RECORD_BEGUN),
            bytes: isWhole ? UnsafeRawBufferPointer(start: record, count: Int(length)) : nil, next: next)
    }

    /// Whether there was something in it.
    private func take(_ found: Found, _ body: (RawSpan) -> Void) -> Bool {
        guard let bytes = unsafe found.bytes else { return false }
        unsafe body(bytes.bytes)
        return true
    }

    /// Up to the first that is still to be read the kernel may write anew.
    private func free() {
        let end = begun.first ?? next
        unsafe withUnsafePointer(to: ring) { unsafe clinux_bpf_ring_free($0, end) }
    }
}
