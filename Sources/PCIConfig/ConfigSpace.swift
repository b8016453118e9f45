/// The config space of one function, dword by dword: a real one through its held descriptor, or a simulated one.
///
/// Both calls may block in the kernel. An offset is in bytes, a multiple of 4, below 4096.
public protocol ConfigSpace: Sendable {
    /// Reads one dword. A function that has gone reads as all ones and does not throw.
    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32
    /// Writes one dword: the only door to the device's registers, used by the mailbox alone.
    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError)
}
