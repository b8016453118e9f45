internal import DOELinux
internal import DOEWords

// Which writes the programs count.
extension ProgramTables {
    /// From now on writes to the mailboxes' registers alone are counted, or all writes to the functions that are
    /// watched.
    func count(registersOnly: Bool) throws(LinuxError) {
        countsRegistersOnly = registersOnly
        try setCounted()
    }

    func setCounted() throws(LinuxError) { try countedRegisters.set(Self.first, to: wantedCounted) }

    var wantedCounted: [UInt8] {
        countsRegistersOnly ? watchedRegisters : [UInt8](repeating: 1, count: Self.registerCount)
    }
}
