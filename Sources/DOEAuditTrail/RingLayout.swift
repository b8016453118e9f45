internal import DOEWords

/// Where things stand in the ring's file, version 2. Numbers are little-endian.
///
/// Two copies of a header that never changes, two copies of the progress (written in turn, so that one is whole at
/// any moment), then the slots. A slot's two halves hold a whole record each: as it was opened, and as it was closed.
/// Their headers share the slot's first 512 bytes, which a disk writes at once: clearing both frees the slot.
enum RingLayout {
    static let version: UInt32 = 2
    /// The versions that can be taken up. Since the first one the slots stand where they stood, and the progress is
    /// another (`RingProgress+Version1.swift`).
    static let readable: ClosedRange<UInt32> = 1...version
    static let headerOffsets = [0, 4096]
    static let progressOffsets = [8192, 12288]
    static let firstSlot = 16384
    static let slotSize = 16384
    static let slotCounts = 8...65_536

    /// Offsets in a slot.
    static let halfHeaderSize = 64
    static let bothHeadersSize = 128
    static let openingBytes = 512
    static let closingBytes = 8192 + 512
    /// The most bytes of a record in a half.
    static let capacity = 7680

    static func offset(ofSlot slot: Int) -> Int { firstSlot + slot * slotSize }
    static func fileSize(slotCount: Int) -> Int { offset(ofSlot: slotCount) }
}

/// Where things stand in a copy of the progress. What lies between that count and the ledger is zeros, and room.
enum ProgressPlace {
    static let magic = 0..<8
    static let generation = 8..<16
    static let sequence = 16..<24
    static let flags = 24..<32
    static let instance = 32..<48
    static let boot = 48..<64
    static let chain = 64..<96
    static let beforeInstance = 96..<112
    static let beforeSequence = 112..<120
    static let beforeDigest = 120..<152
    static let releasedInstance = 152..<168
    static let releasedSequence = 168..<176
    static let machine = 176..<192
    static let owedCount = 192..<200
    static let ledger = 448..<456
    static let ledgerLines = 456..<464
    static let ledgerDigest = 464..<480
    static let digest = 480..<512
}

/// Where things stand in what opens an exchange. Its names follow, one after the other.
enum OpeningPlace {
    static let size = 256
    static let boot = 0
    static let time = 16
    static let monotonic = 24
    static let policyGeneration = 32
    static let serial = 40
    static let policyDigest = 48..<80
    static let requestDigest = 80..<112
    static let requestBytes = 112
    static let object = 120
    static let domain = 124
    static let bus = 128
    static let function = 129
    static let offset = 130
    /// Kind of mailbox, event, priority, class, verdict, what the policy said, mode, whether a copy answers.
    static let codes = 132
    static let via = 140
    static let pid = 144
    static let uid = 148
    static let tcpUID = 152
    static let loginUID = 156
    static let session = 160
    static let device = 164
    static let facts = 168
    /// 16 bits for each name.
    static let lengths = 172
    static let taint = 200
}

/// Which half of a slot, and what is in it.
enum SlotHalf: UInt32 {
    /// "DOEO", a record as it was opened.
    case opening = 0x4f45_4f44
    /// "DOEX", an exchange as it was opened.
    case exchange = 0x5845_4f44
    /// "DOEC"
    case closing = 0x4345_4f44
}

/// How many events the record in an opening half is about, and when the last of them was; zeros where it counts none.
struct Tally: Hashable, Sendable {
    var count: UInt64 = 0
    /// Microseconds since 1970.
    var last: UInt64 = 0
}

/// What a header says of the content behind it.
struct SealedContent: Hashable, Sendable {
    let length: Int
    let digest: SHA256Digest

    init(_ content: [UInt8]) {
        length = content.count
        digest = SHA256Digest(of: content)
    }
}

/// The 64 bytes that say what a half holds.
enum HalfHeader {
    static func bytes(_ half: SlotHalf, ticket: UInt64, content: SealedContent, tally: Tally = Tally()) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: half.rawValue)
        bytes.append(number: UInt32(content.length))
        bytes.append(number: ticket)
        bytes.append(number: tally.count)
        bytes.append(number: tally.last)
        return bytes + seal(bytes, over: content)
    }

    /// The count in a header that was parsed.
    static func tally(_ bytes: ArraySlice<UInt8>) -> Tally {
        Tally(count: bytes.number(at: 16, as: UInt64.self), last: bytes.number(at: 24, as: UInt64.self))
    }

    /// The ticket and the length; `nil` where these bytes are no such header. The seal is not yet checked.
    static func parse(_ bytes: ArraySlice<UInt8>, _ half: SlotHalf) -> (ticket: UInt64, length: Int)? {
        guard bytes.count == RingLayout.halfHeaderSize, bytes.number(at: 0, as: UInt32.self) == half.rawValue else {
            return nil
        }
        let length = Int(bytes.number(at: 4, as: UInt32.self))
        guard length <= RingLayout.capacity else { return nil }
        return (bytes.number(at: 8, as: UInt64.self), length)
    }

    static func isSealed(_ bytes: ArraySlice<UInt8>, over content: [UInt8]) -> Bool {
        seal(Array(bytes.prefix(32)), over: SealedContent(content))[...] == bytes.dropFirst(32)
    }

    private static func seal(_ start: [UInt8], over content: SealedContent) -> [UInt8] {
        SHA256Digest(of: start + content.digest.bytes).bytes
    }
}

/// The header of the file: it tells how many slots there are.
enum RingHeader {
    private static let magic = Array("doe-ring".utf8)
    static let size = 64

    static func bytes(slotCount: Int) -> [UInt8] {
        var bytes = magic
        bytes.append(number: RingLayout.version)
        bytes.append(number: UInt32(RingLayout.slotSize))
        bytes.append(number: UInt32(slotCount))
        bytes.append(contentsOf: repeatElement(0, count: 32 - bytes.count))
        return bytes + SHA256Digest(of: bytes).bytes
    }

    enum Finding: Equatable {
        case slotCount(Int, version: UInt32)
        case otherVersion(UInt32)
        case damaged
    }

    static func parse(_ bytes: [UInt8]) -> Finding {
        guard bytes.count == size, bytes.starts(with: magic),
            SHA256Digest(of: bytes.prefix(32)).bytes[...] == bytes.dropFirst(32)
        else { return .damaged }
        let version = bytes[...].number(at: 8, as: UInt32.self)
        guard RingLayout.readable.contains(version) else { return .otherVersion(version) }
        let slotCount = Int(bytes[...].number(at: 16, as: UInt32.self))
        guard bytes[...].number(at: 12, as: UInt32.self) == UInt32(RingLayout.slotSize),
            RingLayout.slotCounts.contains(slotCount)
        else { return .damaged }
        return .slotCount(slotCount, version: version)
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

extension ArraySlice<UInt8> {
    /// The little-endian number at an offset from the slice's start; the caller has checked that it is there.
    func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        let start = startIndex + offset
        return self[start..<start + Number.bitWidth / 8].reversed().reduce(0) {
            $0 << 8 | Number(truncatingIfNeeded: $1)
        }
    }
}
