internal import DOEWords

/// The config space of one function, dword by dword: a real one through its held descriptor, or a simulated one.
///
/// Both calls may block in the kernel. An offset is in bytes, a multiple of 4, below 4096.
package protocol ConfigSpace: Sendable {
    /// Reads one dword. A function that has gone reads as all ones and does not throw.
    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32
    /// Writes one dword: the only door to the device's registers, used by the mailbox alone.
    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError)
    /// Writes these to one register, one after the other.
    func writeDwords(_ values: [UInt32], at offset: UInt16) throws(BrokenTransfer)
    /// Reads one register so many times and writes 0 to it after each: so is a response taken out of a mailbox.
    func takeDwords(_ count: Int, at offset: UInt16) throws(BrokenTransfer) -> [UInt32]
}

/// Several dwords were to be written or taken, and an access in the middle did not happen.
package struct BrokenTransfer: ExplainedError, Hashable {
    /// Why.
    package let error: ConfigSpaceError
    /// How many dwords had been written or taken before.
    package let count: Int

    /// A transfer that ended after so many dwords.
    package init(_ error: ConfigSpaceError, after count: Int) {
        self.error = error
        self.count = count
    }

    /// What happened and where.
    package var problem: String { "after \(count) dwords: \(error.problem)" }
    /// What to do next.
    package var remedy: String? { error.remedy }
}

extension ConfigSpace {
    /// Dword by dword.
    package func writeDwords(_ values: [UInt32], at offset: UInt16) throws(BrokenTransfer) {
        try writeOneByOne(values, at: offset)
    }

    /// Dword by dword.
    package func takeDwords(_ count: Int, at offset: UInt16) throws(BrokenTransfer) -> [UInt32] {
        try takeOneByOne(count, at: offset)
    }

    /// `writeDwords`, for a function that has a way of its own and cannot always go it.
    package func writeOneByOne(_ values: [UInt32], at offset: UInt16) throws(BrokenTransfer) {
        for (index, value) in values.enumerated() {
            do throws(ConfigSpaceError) {
                try writeDword(value, at: offset)
            } catch {
                throw BrokenTransfer(error, after: index)
            }
        }
    }

    /// The same of `takeDwords`.
    package func takeOneByOne(_ count: Int, at offset: UInt16) throws(BrokenTransfer) -> [UInt32] {
        var dwords: [UInt32] = []
        dwords.reserveCapacity(count)
        for index in 0..<count {
            do throws(ConfigSpaceError) {
                dwords.append(try readDword(at: offset))
                try writeDword(0, at: offset)
            } catch {
                throw BrokenTransfer(error, after: index)
            }
        }
        return dwords
    }
}
