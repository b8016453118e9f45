extension SPDMVendorDefined {
    /// Bit 7 of the first parameter: the large layout (SPDM 1.4). Reserved before, so that a device of an earlier
    /// version passes over it and reads the small one.
    private static let largeFlag: UInt8 = 0x80

    /// Whether a vendor-defined message asks for the large layout.
    static func asksForLarge(parameter1: UInt8) -> Bool { parameter1 & largeFlag != 0 }

    /// What a vendor-defined message carries, in each way in which a device may read it; none where it cannot be read
    /// in one of them. The caller has checked that it is one.
    ///
    /// Which version a device speaks cannot be told from outside, so with the flag there are two ways. What is read
    /// as the small layout then has the two reserved bytes for its length, which a sender leaves at 0: of PCI-SIG's
    /// and CXL's messages, whose first byte names the protocol, that is none that a device could carry out, and does
    /// not count. Where another bit of the parameter is set, nobody knows what it means.
    static func readings(of object: DataObject, parameter1: UInt8) -> [SPDMVendorDefined] {
        guard parameter1 & ~largeFlag == 0, let small = SPDMVendorDefined(object, as: .small) else { return [] }
        guard asksForLarge(parameter1: parameter1) else { return [small] }
        guard let large = SPDMVendorDefined(object, as: .large) else { return [] }
        let asksForNothing = small.isOfStandardsBody && small.payloadLength == 0
        return asksForNothing ? [large] : [large, small]
    }
}

extension [SPDMVendorDefined] {
    /// What each way of reading is called, each word once: `PCI-SIG 0001 TDISP or PCI-SIG 0001`.
    public func joined(_ word: (SPDMVendorDefined) -> String) -> String {
        var words: [String] = []
        for next in map(word) where !words.contains(next) { words.append(next) }
        return words.joined(separator: " or ")
    }
}
