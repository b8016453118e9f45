/// What both programs do: they read the kernel's memory, see whether a function is watched, and write records. On the
/// stack the first 8 bytes are for what is fetched, and the 24 behind it for the function's name.
extension ProgramText {
    private static let fetched = -8
    static let name = -32

    /// What is in the kernel's memory there, or 0 where nothing can be read. r0 to r5 are lost.
    mutating func fetch(_ width: Width = .qword, from base: Register, _ offset: Int, into register: Register) {
        point(.r1, intoStack: Self.fetched)
        readKernel(width == .qword ? 8 : 4, from: base, offset)
        load(width, from: .r10, Self.fetched, into: register)
    }

    /// The same, from the kernel's memory into a record.
    mutating func fetch(_ count: Int, from base: Register, _ offset: Int, toRecord record: Register, _ place: Int) {
        copy(record, to: .r1)
        add(place, to: .r1)
        readKernel(count, from: base, offset)
    }

    private mutating func readKernel(_ count: Int, from base: Register, _ offset: Int) {
        set(.r2, to: Int32(count))
        copy(base, to: .r3)
        add(offset, to: .r3)
        call(.readKernel)
    }

    /// Leaves unless the function that a `struct pci_dev` is about is watched; its name is on the stack then.
    mutating func leaveUnlessWatched(_ device: Register, nameAt offset: Int, in tables: ProgramTables.Numbers) {
        fetch(from: device, offset, into: .r3)
        // What is behind the name is part of the key.
        for place in stride(from: Self.name, to: Self.name + ProgramTables.nameSize, by: 8) {
            store(.qword, value: 0, to: .r10, place)
        }
        point(.r1, intoStack: Self.name)
        set(.r2, to: Int32(ProgramTables.nameSize))
        call(.readKernelText)
        point(.r1, at: tables.functions)
        point(.r2, intoStack: Self.name)
        call(.mapLookup)
        leave(if: .isZero(.r0))
    }

    /// Room for a record in a ring; where there is none the program ends, and that is counted.
    mutating func reserve(
        _ size: Int, in ring: Int32, countingIn losses: Int32, _ loss: ProgramTables.Loss, into register: Register
    ) {
        point(.r1, at: ring)
        set(.r2, to: Int32(size))
        set(.r3, to: 0)
        call(.ringReserve)
        let hasRoom = jump(if: .isNotZero(.r0))
        point(.r1, atValueOf: losses)
        set(.r2, to: 1)
        addAtomically(.r2, to: .r1, loss.rawValue)
        leave()
        land(hasRoom)
        copy(.r0, to: register)
    }

    /// Counts one of what each processor counts, at a place in the table's only value. r0 to r5 are lost.
    mutating func countOnProcessor(in table: Int32, at place: Int) {
        store(.dword, value: 0, to: .r10, Self.fetched)
        point(.r1, at: table)
        point(.r2, intoStack: Self.fetched)
        call(.mapLookup)
        let isMissing = jump(if: .isZero(.r0))
        set(.r1, to: 1)
        addAtomically(.r1, to: .r0, place)
        land(isMissing)
    }

    /// Hands a record over; it cannot be touched any more.
    mutating func submit(_ record: Register) {
        copy(record, to: .r1)
        set(.r2, to: 0)
        call(.ringSubmit)
    }
}
