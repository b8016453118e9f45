/// Writes pages as the kernel's ring buffer does, with what the captures do not have.
struct PageWriter {
    private(set) var data: [UInt8] = []
    let time: UInt64
    var flags: UInt64 = 0
    /// What stands behind the events.
    var behind: [UInt8] = []

    init(time: UInt64) { self.time = time }

    /// An event of whole dwords, 28 at most; none has the long form.
    mutating func event(_ content: [UInt8], delta: UInt64) {
        head(type: UInt32(content.count / 4), delta)
        data += content
    }

    /// An event whose length stands behind its head.
    mutating func longEvent(_ content: [UInt8], delta: UInt64) {
        head(type: 0, delta)
        dword(UInt32(content.count + 4))
        data += content
    }

    /// An event that was taken back, of so many bytes without its head.
    mutating func discarded(_ count: UInt32, delta: UInt64) {
        head(type: 29, delta)
        dword(count)
        data += Array(repeating: 0xaa, count: Int(count) - 4)
    }

    mutating func timeExtend(_ delta: UInt64) {
        head(type: 30, delta & 0x7ff_ffff)
        dword(UInt32(delta >> 27))
    }

    mutating func absoluteStamp(_ time: UInt64) {
        head(type: 31, time & 0x7ff_ffff)
        dword(UInt32(truncatingIfNeeded: time >> 27))
    }

    /// The rest of the page is nothing.
    mutating func padding() { head(type: 29, 0) }

    mutating func head(type: UInt32, _ delta: UInt64) { dword(type | UInt32(delta) << 5) }

    mutating func dword(_ value: UInt32) {
        data += (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// The page, filled with zeros.
    func page(size: Int = 4096) -> [UInt8] {
        let commit = UInt64(data.count) | flags
        let head = [time, commit].flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let used = head + data + behind
        return used + Array(repeating: 0, count: max(0, size - used.count))
    }
}
