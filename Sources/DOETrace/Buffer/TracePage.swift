/// Reads one page of `trace_pipe_raw`: the kernel's ring buffer as it is in memory, little-endian.
///
/// An event begins with a dword, type_len [4:0] and time_delta [31:5] (`events/header_event`). Whatever the bytes are,
/// it ends: each step goes forward by 4 bytes at least, and stays within the page.
enum TracePage {
    /// The bits of `commit` that are the count of bytes; what is above bit 31 is the sign of the flags.
    private static let countMask: UInt32 = 0x3fff_ffff
    private static let missedStored: UInt32 = 1 << 30
    private static let missedEvents: UInt32 = 1 << 31
    /// An absolute stamp has 59 bits; those above come from the time before.
    private static let stampBits: UInt64 = 59

    /// Gives each event of a page to `take`, in the page's order: its time in nanoseconds of the trace clock, and its
    /// bytes, from `common_type` on.
    static func read(
        _ page: RawSpan, _ header: PageHeader, _ take: (_ time: UInt64, _ event: RawSpan) -> Void
    ) -> PageReading {
        var reading = PageReading()
        guard page.byteCount >= header.data else {
            reading.damage = PageDamage(offset: page.byteCount, kind: .short)
            return reading
        }
        let commit = page.littleEndianDword(at: header.commit)
        let end = header.data + Int(commit & countMask)
        reading.missed = missed(commit, behind: end, of: page, header)
        guard end <= page.byteCount else {
            reading.damage = PageDamage(offset: header.commit, kind: .short)
            return reading
        }
        var walk = Walk(offset: header.data, end: end, time: page.littleEndianQuadword(at: header.timestamp))
        while walk.offset < end {
            switch walk.step(in: page) {
            case .event(let bytes):
                reading.events += 1
                take(walk.time, page.extracting(bytes))
            case .nothing: break
            case .end: return reading
            case .damage(let kind):
                reading.damage = PageDamage(offset: walk.offset, kind: kind)
                return reading
            }
        }
        return reading
    }

    private static func missed(
        _ commit: UInt32, behind end: Int, of page: RawSpan, _ header: PageHeader
    ) -> PageReading.Missed {
        guard commit & missedEvents != 0 else { return .none }
        guard commit & missedStored != 0, end + header.commitSize <= page.byteCount else { return .uncounted }
        return .counted(
            header.commitSize == 8
                ? page.littleEndianQuadword(at: end) : UInt64(page.littleEndianDword(at: end)))
    }

    private enum Step {
        case event(Range<Int>)
        case nothing
        case end
        case damage(PageDamage.Kind)
    }

    private struct Walk {
        var offset: Int
        let end: Int
        var time: UInt64

        mutating func step(in page: RawSpan) -> Step {
            guard offset + 4 <= end else { return .damage(.eventTooLong) }
            let head = page.littleEndianDword(at: offset)
            let (type, delta) = (head & 0x1f, UInt64(head >> 5))
            if 1...28 ~= type {
                return event(at: 4, count: Int(type) * 4, delta)
            }
            // All that is left of the page.
            if type == 29, delta == 0 { return .end }
            guard offset + 8 <= end else { return .damage(.eventTooLong) }
            let second = page.littleEndianDword(at: offset + 4)
            switch type {
            case 30:
                time &+= UInt64(second) << 27 | delta
                offset += 8
                return .nothing
            case 31:
                stamp(UInt64(second) << 27 | delta)
                offset += 8
                return .nothing
            default:
                // The length counts itself, but not the dword before it.
                guard second >= 4 else { return .damage(.eventTooShort) }
                if type == 0 { return event(at: 8, count: Int(second) - 4, delta) }
                // An event that was taken back. Its time counts: the next one's is told from it.
                guard offset + 4 + Int(second) <= end else { return .damage(.eventTooLong) }
                offset += 4 + Int(second)
                time &+= delta
                return .nothing
            }
        }

        private mutating func event(at start: Int, count: Int, _ delta: UInt64) -> Step {
            guard offset + start + count <= end else { return .damage(.eventTooLong) }
            let begin = offset + start
            offset = begin + count
            time &+= delta
            return .event(begin..<offset)
        }

        private mutating func stamp(_ low: UInt64) {
            let unit: UInt64 = 1 << TracePage.stampBits
            var full = low & (unit - 1) | time & ~(unit - 1)
            // Its upper bits went up by one since. Before any of them is set there is nothing to make up for.
            if time >= unit, full < time { full &+= unit }
            time = full
        }
    }
}
