import SPDMSocket
import TestSupport

/// The ways in which somebody may try to get a denied object to a device, a compliance object above all.
enum Shape: String, CaseIterable, Sendable {
    case plain = "a compliance object"
    case reservedBits = "with reserved bits set in its header"
    case connectionID = "with a connection id beside its length"
    case wrongLength = "with a length field that lies"
    case oddBytes = "with a number of bytes that is no whole dword"
    case cutShort = "cut off in its header"
    case inVendorObject = "inside a vendor's object"
    case inPublishedObject = "inside a discovery, CDAT or SPDM object"
    case inSPDMVendorRequest = "inside a vendor-defined SPDM request"
    case acrossTheEnd = "its header's first dword at the end, its second at the next one's start"
    case unaligned = "inside an object, not at a dword"
    case twoInOneFrame = "behind another object in one frame"
    case manyHeaders = "an object of nothing but compliance headers"
    case deniedTails = "none: a long object of which every rest is a denied one"
    case denied = "none: a denied object"
    case outOfBand = "in a frame out of band"
    case otherTransport = "in a frame of another transport"
    case harmless = "none: traffic that is allowed, so that mailboxes are never idle"

    /// Whether the frame is a whole compliance object in the clear, and nothing else.
    var isCompliance: Bool { self == .plain || self == .reservedBits || self == .connectionID }

    /// One frame, as a client writes it.
    func frame(_ random: inout SeededGenerator) -> SPDMFrame {
        switch self {
        case .outOfBand:
            SPDMFrame(random.pick([.updateKeys, .endpointInfo]), payload: Self.compliance(&random))
        case .otherTransport:
            SPDMFrame(.normal, transport: random.pick([.mctp, .tcpOrSCSI]), payload: Self.compliance(&random))
        default: SPDMFrame(.normal, payload: payload(&random))
        }
    }

    private func payload(_ random: inout SeededGenerator) -> [UInt8] {
        switch self {
        case .plain, .outOfBand, .otherTransport: return Self.compliance(&random)
        case .reservedBits:
            var bytes = Self.compliance(&random)
            bytes[3] = UInt8.random(in: 1...255, using: &random)
            bytes[7] |= UInt8.random(in: 0...0xff, using: &random) & 0xc0
            return bytes
        case .connectionID:
            var bytes = Self.compliance(&random)
            bytes[6] |= UInt8.random(in: 0...0x3f, using: &random) << 2
            bytes[7] = UInt8.random(in: 0...0x3f, using: &random)
            return bytes
        case .wrongLength:
            var bytes = Self.compliance(&random)
            let lie = random.pick([0, 1, 2, 3, 4, 0x3ffff, UInt32.random(in: 0...0x3ffff, using: &random)])
            bytes.replaceSubrange(4..<8, with: Self.bytes(lie))
            return bytes
        case .oddBytes: return Self.compliance(&random) + random.bytes(random.pick([1, 2, 3, 5, 7]))
        case .cutShort: return Array(Self.compliance(&random).prefix(Int.random(in: 1...7, using: &random)))
        case .inVendorObject:
            return Self.object(0x10de, random.pick([1, 2, 0x55]), Self.buried(&random))
        case .inPublishedObject:
            let (vendor, type) = random.pick([(UInt16(0x0001), UInt8(0)), (0x0001, 1), (0x0001, 2), (0x1e98, 2)])
            return Self.object(vendor, type, Self.buried(&random))
        case .inSPDMVendorRequest:
            // Standard 3 is PCI-SIG, whose vendor ids have two bytes; the header ends at a dword with four bytes more.
            let inner = Self.compliance(&random)
            let head: [UInt8] = [0x12, 0xfe, 0, 0, 3, 0, 2, 0x98, 0x1e, UInt8(inner.count), 0, 0]
            return Self.object(0x0001, random.pick([1, 3]), head + inner)
        case .acrossTheEnd:
            let (vendor, type) = random.pick([(UInt16(0x10de), UInt8(1)), (0x1e98, 2), (0x0001, 0)])
            return Self.object(vendor, type, random.bytes(4) + Self.bytes(0x0000_1e98))
        case .unaligned:
            return Self.object(0x10de, 1, random.bytes(random.pick([1, 2, 3])) + Self.compliance(&random))
        case .twoInOneFrame:
            return Self.object(0x0001, 0, [0, 0, 0, 0]) + Self.compliance(&random)
        case .manyHeaders:
            let count = Int.random(in: 1...64, using: &random)
            return (0..<count).flatMap { _ in Self.bytes(0x0000_1e98) + Self.bytes(3) }
        case .deniedTails: return Self.tails(&random)
        case .denied:
            let (vendor, type) = random.pick([(UInt16(0x10de), UInt8(2)), (0x8086, 0x0b), (0x0001, 2), (0x1e98, 7)])
            return Self.object(vendor, type, random.tameBytes(4 * Int.random(in: 1...8, using: &random)))
        case .harmless:
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return Self.object(0x0001, 0, [UInt8.random(in: 0...3, using: &random), 0, 0, 0])
            case 1: return Self.object(0x1e98, 2, [0, 0, 0, 0])
            // Below 0x80, so that no dword reads as a header.
            default:
                return Self.object(0x10de, 1, random.bytes(8 * Int.random(in: 0...8, using: &random)).map { $0 & 0x7f })
            }
        }
    }

    /// A whole compliance object, any request, well-formed.
    private static func compliance(_ random: inout SeededGenerator) -> [UInt8] {
        object(
            0x1e98, 0,
            [UInt8.random(in: 0...0x14, using: &random), 0, 0, 0]
                + random.bytes(4 * Int.random(in: 0...6, using: &random)))
    }

    /// Some dwords, a compliance object, some dwords.
    private static func buried(_ random: inout SeededGenerator) -> [UInt8] {
        let before = random.tameBytes(4 * Int.random(in: 0...8, using: &random))
        let after = random.tameBytes(4 * Int.random(in: 0...8, using: &random))
        return before + compliance(&random) + after
    }

    /// Whatever empties the mailbox at an even dword leaves a whole object of which no rule knows. Half of them have
    /// reserved bits set, which a device ignores.
    private static func tails(_ random: inout SeededGenerator) -> [UInt8] {
        let pairs = Int.random(in: 2...60, using: &random)
        let first = random.pick([UInt32(0x0002_10de), 0x000b_8086, 0x0002_0001, 0x0007_1e98])
        let reserved = random.once(in: 2) ? UInt32.random(in: 1...0xff, using: &random) : 0
        let payload = (0..<pairs).flatMap { index in
            bytes(first | reserved << 24) + bytes(UInt32(2 * (pairs - index)) | (reserved & 0xc0) << 24)
        }
        return object(0x10de, 1, payload)
    }

    private static func object(_ vendor: UInt16, _ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let padded = payload + [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
        return bytes(UInt32(vendor) | UInt32(type) << 16) + bytes(UInt32(2 + padded.count / 4)) + padded
    }

    private static func bytes(_ dword: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: dword >> $0) }
    }
}
