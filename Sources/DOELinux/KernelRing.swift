internal import CLinux

/// What programs in the kernel tell, record by record, in the order in which they began to write them
/// (Documentation/bpf/ringbuf.rst). Without a copy, and without a call while there is something.
@safe public final class KernelRing {
    /// The table through which programs name it. Its descriptor is readable when there is something.
    public let map: KernelMap
    private let ring: clinux_bpf_ring

    /// Makes one of so many bytes, a power of two of pages.
    public init(_ name: String, size: Int) throws(LinuxError) {
        map = try KernelMap(.ring, name, entries: size)
        var ring = unsafe clinux_bpf_ring()
        guard unsafe clinux_bpf_ring_map(map.descriptor.number, UInt32(size), &ring) == 0 else {
            throw .last("map", "what programs in the kernel tell")
        }
        unsafe self.ring = unsafe ring
    }

    deinit { unsafe withUnsafePointer(to: ring) { unsafe clinux_bpf_ring_unmap($0) } }

    /// Hands over each record that is there, `limit` at most; does not wait. Returns whether more may be there.
    public func pass(limit: Int, _ body: (RawSpan) -> Void) -> Bool {
        unsafe withUnsafePointer(to: ring) { ring in
            for _ in 0..<limit {
                var length: UInt32 = 0
                guard let record = unsafe clinux_bpf_ring_next(ring, &length) else { return false }
                let bytes = unsafe UnsafeRawBufferPointer(start: record, count: Int(length))
                unsafe body(bytes.bytes)
                unsafe clinux_bpf_ring_done(ring, length)
            }
            return true
        }
    }
}
