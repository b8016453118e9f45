/// Whether memory behind a function is part of the host's address space, as the function's own config space tells
/// (CXL 3.0 8.1.3, "PCIe DVSEC for CXL Devices").
enum CXLMemory: Hashable {
    /// None: it is no CXL device, has no memory, or does not decode it (Mem_Enable is clear).
    case none
    /// Some may be: the ranges that the function names, which are all only where it has no HDM decoders. Those do not
    /// show in config space, nor does what lies below a switch.
    case decoded([ClosedRange<UInt64>])

    /// The DVSEC's length: to the end of range 2.
    private static let byteCount = 0x38

    /// Reads the function's registers. A chain of capabilities that is broken may hide what is asked for.
    init(of function: HeldConfigSpace) throws(ConfigSpaceError) {
        let name = function.function.address
        guard function.capabilities.damage == nil else {
            throw ConfigSpaceError(
                .failed,
                problem: "the capabilities of \(name) cannot all be read, so nobody knows whether it has memory")
        }
        let isBridge = try function.readDword(at: 0x0c) >> 16 & 0x7f == 1
        var found: [ClosedRange<UInt64>]?
        for (capability, id) in try function.consortiumCapabilities() {
            // More than one is not to be expected; no later one may hide what an earlier one tells.
            if isBridge {
                found = found ?? []
                continue
            }
            guard id == 0 else { continue }
            guard capability.fits(byteCount: Self.byteCount) else {
                throw ConfigSpaceError(
                    .failed, problem: "\(name) has a CXL capability that leaves config space")
            }
            if let ranges = try Self.ranges(function, at: capability.offset) { found = (found ?? []) + ranges }
        }
        self = found.map { .decoded($0) } ?? .none
    }

    /// `nil` where it decodes no memory.
    private static func ranges(
        _ space: HeldConfigSpace, at offset: UInt16
    ) throws(ConfigSpaceError) -> [ClosedRange<UInt64>]? {
        let isCapable = try space.readDword(at: offset + 0x08) >> 16 & 0b100 != 0
        let isEnabled = try space.readDword(at: offset + 0x0c) & 0b100 != 0
        guard isCapable, isEnabled else { return nil }
        var ranges: [ClosedRange<UInt64>] = []
        for register in [offset + 0x18, offset + 0x28] {
            let size = try wide(space, high: register)
            let base = try wide(space, high: register + 8)
            // Where HDM decoders are in use the base stays 0, which is never a device's memory.
            guard base != 0, size != 0, base &+ (size - 1) >= base else { continue }
            ranges.append(base...(base + (size - 1)))
        }
        return ranges
    }

    /// 64 bits of two registers, the lowest 28 masked: flags and reserved bits.
    private static func wide(_ space: HeldConfigSpace, high: UInt16) throws(ConfigSpaceError) -> UInt64 {
        let upper = try space.readDword(at: high)
        return UInt64(upper) << 32 | UInt64(try space.readDword(at: high + 4) & 0xf000_0000)
    }
}
