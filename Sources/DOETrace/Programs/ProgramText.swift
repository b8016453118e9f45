/// A program for the kernel, as it is written: instruction by instruction, with jumps that find their way.
struct ProgramText {
    typealias Register = Instruction.Register
    typealias Width = Instruction.Width

    /// A jump whose target comes later.
    struct Jump { fileprivate let place: Int }

    /// What decides a jump.
    enum Condition {
        case equal(Register, Register)
        case isZero(Register)
        case isNotZero(Register)
        /// Without signs.
        case isLess(Register, than: Int32)
        case isAtLeast(Register, Int32)
    }

    private var instructions: [Instruction] = []
    private var leaving: [Jump] = []

    /// As the kernel takes it: with the end, to which all jumps lead that leave.
    func finished() -> [UInt64] {
        var whole = self
        for jump in leaving { whole.land(jump) }
        whole.set(.r0, to: 0)
        whole.add(Instruction(0x95))
        return whole.instructions.map(\.encoded)
    }

    // MARK: Registers

    mutating func set(_ register: Register, to value: Int32) { add(Instruction(0xb7, register, immediate: value)) }
    mutating func copy(_ source: Register, to register: Register) { add(Instruction(0xbf, register, source)) }
    /// Bits 31:0 alone.
    mutating func copyDword(_ source: Register, to register: Register) { add(Instruction(0xbc, register, source)) }
    mutating func add(_ value: Int, to register: Register) { add(Instruction(0x07, register, immediate: Int32(value))) }
    mutating func add(_ source: Register, to register: Register) { add(Instruction(0x0f, register, source)) }
    mutating func subtract(_ source: Register, from register: Register) { add(Instruction(0x1f, register, source)) }
    mutating func shiftRight(_ register: Register, by bits: Int32) { add(Instruction(0x77, register, immediate: bits)) }

    // MARK: Memory that the verifier knows

    mutating func load(_ width: Width, from base: Register, _ offset: Int, into register: Register) {
        add(Instruction(0x61 | width.rawValue, register, base, offset: Int16(offset)))
    }
    mutating func store(_ width: Width, _ register: Register, to base: Register, _ offset: Int) {
        add(Instruction(0x63 | width.rawValue, base, register, offset: Int16(offset)))
    }
    mutating func store(_ width: Width, value: Int32, to base: Register, _ offset: Int) {
        add(Instruction(0x62 | width.rawValue, base, offset: Int16(offset), immediate: value))
    }
    /// Adds a register to eight bytes that other processors may change at the same time.
    mutating func addAtomically(_ register: Register, to base: Register, _ offset: Int = 0) {
        add(Instruction(0xdb, base, register, offset: Int16(offset)))
    }
    /// Where in the stack something is.
    mutating func point(_ register: Register, intoStack offset: Int) {
        copy(.r10, to: register)
        add(offset, to: register)
    }
    mutating func point(_ register: Register, at table: Int32) { wide(register, kind: 1, table) }
    /// At the value of a table that has only one.
    mutating func point(_ register: Register, atValueOf table: Int32) { wide(register, kind: 2, table) }

    // MARK: Jumps and calls

    mutating func call(_ helper: Instruction.Helper) { add(Instruction(0x85, immediate: helper.rawValue)) }
    /// Ends the program where it is so.
    mutating func leave(if condition: Condition) { leaving.append(jump(if: condition)) }
    mutating func leave() { leaving.append(jump()) }
    mutating func jump() -> Jump { jumping(Instruction(0x05)) }
    mutating func jump(if condition: Condition) -> Jump {
        switch condition {
        case .equal(let one, let other): jumping(Instruction(0x1d, one, other))
        case .isZero(let register): jumping(Instruction(0x15, register))
        case .isNotZero(let register): jumping(Instruction(0x55, register))
        case .isLess(let register, let value): jumping(Instruction(0xa5, register, immediate: value))
        case .isAtLeast(let register, let value): jumping(Instruction(0x35, register, immediate: value))
        }
    }
    /// Here the jump leads.
    mutating func land(_ jump: Jump) {
        instructions[jump.place] = instructions[jump.place].jumping(instructions.count - jump.place - 1)
    }

    private mutating func jumping(_ instruction: Instruction) -> Jump {
        add(instruction)
        return Jump(place: instructions.count - 1)
    }

    /// The only instruction of 16 bytes; its source says what the number in it is.
    private mutating func wide(_ register: Register, kind: UInt64, _ table: Int32) {
        add(Instruction(0x18, register, Register(rawValue: kind) ?? .r0, immediate: table))
        add(Instruction(upper: 0))
    }

    private mutating func add(_ instruction: Instruction) { instructions.append(instruction) }
}
