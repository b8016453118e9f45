internal import CLinux

/// What programs in the kernel tell, record by record (Documentation/bpf/ringbuf.rst). Without a copy, and without a
/// call while there is something.
@safe public final class KernelRing {
    /// Readable when there is something, also where that is a record that was begun and is not ended
    /// (``isUnfinished``).
    public let descriptor: Descriptor
    private var records: RingRecords

    /// Reads a table of the kind `ring`, of so many bytes. A ring has one reader.
    public init(of descriptor: Descriptor, size: Int) throws(LinuxError) {
        self.descriptor = descriptor
        var ring = unsafe clinux_bpf_ring()
        guard unsafe clinux_bpf_ring_map(descriptor.number, UInt32(size), &ring) == 0 else {
            throw .last("map", "what programs in the kernel tell")
        }
        records = unsafe RingRecords(ring)
    }

    deinit { records.unmap() }

    /// Whether its reader is at a place where one can be. He says so on a page that he may write as he likes, and where
    /// he says that he is further than the kernel, nothing has room any more.
    public static func isSound(_ descriptor: Descriptor, size: Int) throws(LinuxError) -> Bool {
        var ring = unsafe clinux_bpf_ring()
        guard unsafe clinux_bpf_ring_map(descriptor.number, UInt32(size), &ring) == 0 else {
            throw .last("map", "what programs in the kernel tell")
        }
        defer { unsafe clinux_bpf_ring_unmap(&ring) }
        return unsafe clinux_bpf_ring_is_sound(&ring) == 1
    }

    /// Whether a program was interrupted in the middle of a record, when the ring was last read: to wait for its
    /// descriptor then is to wait for nothing.
    public var isUnfinished: Bool { records.isUnfinished }

    /// Hands over each record that is there, `limit` at most, also those behind one that is not ended; does not wait.
    /// A thread's are in their order. Returns whether more may be there.
    public func pass(limit: Int, _ body: (RawSpan) -> Void) -> Bool { records.pass(limit: limit, body) }
}
