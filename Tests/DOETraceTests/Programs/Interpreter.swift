@testable import DOETrace

/// Runs programs for the kernel as the instruction set's description has it, in a memory of its own. Whatever the
/// verifier would not have let through traps.
struct Interpreter {
    /// Where its own things lie; below are the made-up kernel's.
    private static let stackEnd: UInt64 = 0x7000_0000_0000
    static let values: UInt64 = 0x7100_0000_0000
    private static let ringStart: UInt64 = 0x7200_0000_0000

    static let tables = ProgramTables.Numbers(
        functions: 11, registers: 12, told: 13, losses: 14, countedRegisters: 16, writes: 17, ring: 15, probeRing: 18)

    /// The kernel's bytes, by their address.
    var memory: [UInt64: UInt8] = [:]
    var functions: Set<[UInt8]> = []
    /// Those of `functions` at which the canary alone is read.
    var canaries: Set<[UInt8]> = []
    var registers: Set<UInt64> = []
    /// Whose writes are counted; `nil` for all.
    var counted: Set<UInt64>?
    var told: [[UInt8]: UInt64] = [:]
    var now: UInt64 = 1_000_000_000
    var processAndThread: UInt64 = 0
    var task: UInt64 = 0
    var controlGroup: UInt64 = 0
    var hasRoom = true
    /// Records that were handed over.
    private(set) var records: [[UInt8]] = []
    /// In which ring each is.
    private(set) var rings: [UInt64] = []
    private(set) var lostReads: UInt64 = 0
    private(set) var lostWriters: UInt64 = 0
    private(set) var writes = WriteCount()
    private(set) var steps = 0

    private var r = [UInt64](repeating: 0, count: 11)
    private var reserved: Int?
    private var ring: UInt64 = 0

    init() {}

    mutating func put(_ bytes: some Sequence<UInt8>, at address: UInt64) {
        for (index, byte) in bytes.enumerated() { memory[address + UInt64(index)] = byte }
    }
    mutating func put(_ value: UInt64, _ count: Int = 8, at address: UInt64) {
        put((0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }, at: address)
    }
    mutating func put(_ text: String, at address: UInt64) { put(Array(text.utf8) + [0], at: address) }

    /// Runs a program with these arguments, which lie where r1 points.
    mutating func run(_ program: [UInt64], _ arguments: [UInt64]) {
        let context: UInt64 = 0x6000_0000_0000
        for (index, argument) in arguments.enumerated() { put(argument, at: context + UInt64(8 * index)) }
        r = [UInt64](repeating: 0, count: 11)
        (r[1], r[10], steps) = (context, Self.stackEnd, 0)
        var at = 0
        while step(program, &at) { steps += 1 }
        precondition(reserved == nil, "a record was neither handed over nor given up")
    }

    private mutating func step(_ program: [UInt64], _ at: inout Int) -> Bool {
        let word = program[at]
        let (to, from) = (Int(word >> 8 & 15), Int(word >> 12 & 15))
        let offset = Int(Int16(bitPattern: UInt16(word >> 16 & 0xffff)))
        let immediate = UInt64(bitPattern: Int64(Int32(bitPattern: UInt32(word >> 32))))
        let address = { (base: UInt64) in base &+ UInt64(bitPattern: Int64(offset)) }
        at += 1
        switch word & 0xff {
        case 0x95: return false
        case 0xb7: r[to] = immediate
        case 0xbf: r[to] = r[from]
        case 0xbc: r[to] = r[from] & 0xffff_ffff
        case 0x07: r[to] &+= immediate
        case 0x0f: r[to] &+= r[from]
        case 0x1f: r[to] &-= r[from]
        case 0x77: r[to] >>= immediate
        case 0x71: r[to] = load(1, address(r[from]))
        case 0x61: r[to] = load(4, address(r[from]))
        case 0x79: r[to] = load(8, address(r[from]))
        case 0x63: put(r[from], 4, at: writable(address(r[to]), 4))
        case 0x7b: put(r[from], 8, at: writable(address(r[to]), 8))
        case 0x62: put(immediate, 4, at: writable(address(r[to]), 4))
        case 0x7a: put(immediate, 8, at: writable(address(r[to]), 8))
        case 0xdb:
            add(r[from], at: address(r[to]))
        case 0x18:
            r[to] = from == 2 ? Self.values + immediate << 16 : immediate
            at += 1
        case 0x05: at += offset
        case 0x15: if r[to] == immediate { at += offset }
        case 0x55: if r[to] != immediate { at += offset }
        case 0x1d: if r[to] == r[from] { at += offset }
        case 0xa5: if r[to] < immediate { at += offset }
        case 0x35: if r[to] >= immediate { at += offset }
        case 0x85: call(Instruction.Helper(rawValue: Int32(truncatingIfNeeded: immediate)))
        default: preconditionFailure("no such instruction")
        }
        return true
    }

    private mutating func call(_ helper: Instruction.Helper?) {
        switch helper {
        case .mapLookup:
            let table = r[1]
            if table == 11 {
                let name = bytes(24, r[2])
                put(
                    UInt64(canaries.contains(name) ? ProgramTables.canaryMark : ProgramTables.watchedMark), 1,
                    at: Self.values)
                r[0] = functions.contains(name) ? Self.values : 0
            } else if table == 17 {
                precondition(load(4, r[2]) == 0, "there is only one key")
                r[0] = Self.values + 17 << 16
            } else {
                let found = told[bytes(16, r[2])]
                if let found { put(found, at: Self.values) }
                r[0] = found == nil ? 0 : Self.values
            }
        case .mapUpdate: told[bytes(16, r[2])] = load(8, r[3])
        case .monotonicNanoseconds: r[0] = now
        case .currentProcessAndThread: r[0] = processAndThread
        case .currentTask: r[0] = task
        case .currentControlGroup: r[0] = controlGroup
        case .readKernel:
            // What cannot be read is zero.
            let all = (0..<r[2]).compactMap { memory[r[3] &+ $0] }
            put(all.count == r[2] ? all : [UInt8](repeating: 0, count: Int(r[2])), at: writable(r[1], Int(r[2])))
        case .readKernelText:
            var text: [UInt8] = []
            while text.count < Int(r[2]) - 1, let byte = memory[r[3] &+ UInt64(text.count)], byte != 0 {
                text.append(byte)
            }
            put(text + [0], at: writable(r[1], text.count + 1))
        case .ringReserve:
            reserved = hasRoom ? Int(r[2]) : nil
            ring = r[1]
            r[0] = hasRoom ? Self.ringStart : 0
        case .ringSubmit:
            precondition(r[1] == Self.ringStart)
            records.append(bytes(reserved ?? 0, Self.ringStart))
            rings.append(ring)
            reserved = nil
        case nil: preconditionFailure("no such helper")
        }
        for lost in 1...5 { r[lost] = 0xdead_dead_dead_dead }
    }

    /// Its stack, and a record that was reserved; nothing else may be written.
    private func writable(_ address: UInt64, _ count: Int) -> UInt64 {
        let isStack = address >= Self.stackEnd - 512 && address + UInt64(count) <= Self.stackEnd
        let isRecord = address >= Self.ringStart && address + UInt64(count) <= Self.ringStart + UInt64(reserved ?? 0)
        precondition(isStack || isRecord, "written where it must not")
        return address
    }

    /// Two counts of losses, and two of writes; nothing else is added to.
    private mutating func add(_ number: UInt64, at address: UInt64) {
        switch address {
        case Self.values + 14 << 16: lostReads += number
        case Self.values + 14 << 16 + 8: lostWriters += number
        case Self.values + 17 << 16: writes.byProbe += number
        case Self.values + 17 << 16 + 8: writes.byTracing += number
        default: preconditionFailure("added where it must not")
        }
    }

    private func load(_ count: Int, _ address: UInt64) -> UInt64 {
        if Self.values + 16 << 16..<Self.values + 16 << 16 + 1024 ~= address {
            return counted?.contains(address - (Self.values + 16 << 16)) ?? true ? 1 : 0
        }
        if Self.values + 12 << 16..<Self.values + 12 << 16 + 1024 ~= address {
            return registers.contains(address - (Self.values + 12 << 16)) ? 1 : 0
        }
        return bytes(count, address).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func bytes(_ count: Int, _ address: UInt64) -> [UInt8] {
        (0..<UInt64(count)).map { memory[address + $0] ?? 0 }
    }
}
