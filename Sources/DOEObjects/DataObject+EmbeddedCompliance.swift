extension DataObject {
    /// The first dword after dword 0 that, read as the start of an object, begins a CXL Compliance Mode request
    /// (`1e98:00`) of a possible length; `nil` where there is none.
    ///
    /// A mailbox that has lost step with its writer may take any later dword for a header, dword 1 included. A last
    /// dword counts too: what is written next would be its length.
    public var embeddedComplianceIndex: Int? {
        let count = dwordCount
        for index in 1..<count {
            // The cheap test first: the lowest byte differs almost always, and an object may have 2^18 dwords.
            guard bytes[index * 4] == 0x98, dword(index) & 0xff_ffff == 0x00_1e98 else { continue }
            if index == count - 1 || dword(index + 1) & 0x3_ffff != 1 { return index }
        }
        return nil
    }
}
