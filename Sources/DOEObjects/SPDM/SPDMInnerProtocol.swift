/// A protocol of PCI-SIG or CXL that travels in vendor-defined messages of SPDM.
public enum SPDMInnerProtocol: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Keys for PCIe link encryption (PCIe r6.0 6.33.3).
    case ideKeyManagement
    /// Handing a function to a confidential guest (PCIe r6.1 chapter 11).
    case tdisp
    /// Keys for CXL link encryption (CXL 3.0 11.4).
    case cxlIDEKeyManagement
    /// Setting up memory encryption and access control of a CXL device (CXL 3.1 11.5).
    case cxlTSP

    /// A protocol from vendor and number; `nil` for one nobody here knows.
    public init?(pciVendor: UInt16, protocolID: UInt8) {
        switch (pciVendor, protocolID) {
        case (0x0001, 0x00): self = .ideKeyManagement
        case (0x0001, 0x01): self = .tdisp
        case (0x1e98, 0x00): self = .cxlIDEKeyManagement
        case (0x1e98, 0x01): self = .cxlTSP
        default: return nil
        }
    }

    /// The specification's short name.
    public var description: String {
        switch self {
        case .ideKeyManagement: "IDE_KM"
        case .tdisp: "TDISP"
        case .cxlIDEKeyManagement: "CXL-IDE_KM"
        case .cxlTSP: "CXL-TSP"
        }
    }

    /// Where the message's number is, counted behind the protocol byte: IDE_KM starts with it, the others with a
    /// version.
    var messageOffset: Int {
        switch self {
        case .ideKeyManagement, .cxlIDEKeyManagement: 0
        case .tdisp, .cxlTSP: 1
        }
    }

    /// The names of the protocol's requests.
    public var messageNames: [UInt8: String] {
        switch self {
        case .ideKeyManagement: Self.keyNames
        case .tdisp: Self.tdispNames
        case .cxlIDEKeyManagement: Self.cxlKeyNames
        case .cxlTSP: Self.tspNames
        }
    }

    private static let keyNames: [UInt8: String] = [
        0x00: "QUERY", 0x02: "KEY_PROG", 0x04: "K_SET_GO", 0x05: "K_SET_STOP",
    ]
    private static let cxlKeyNames = keyNames.merging([0x07: "GET_KEY"]) { _, new in new }
    private static let tdispNames: [UInt8: String] = [
        0x81: "GET_TDISP_VERSION", 0x82: "GET_TDISP_CAPABILITIES", 0x83: "LOCK_INTERFACE_REQUEST",
        0x84: "GET_DEVICE_INTERFACE_REPORT", 0x85: "GET_DEVICE_INTERFACE_STATE", 0x86: "START_INTERFACE_REQUEST",
        0x87: "STOP_INTERFACE_REQUEST", 0x88: "BIND_P2P_STREAM_REQUEST", 0x89: "UNBIND_P2P_STREAM_REQUEST",
        0x8a: "SET_MMIO_ATTRIBUTE_REQUEST", 0x8b: "VDM_REQUEST",
    ]
    private static let tspNames: [UInt8: String] = [
        0x81: "GET_TARGET_TSP_VERSION", 0x82: "GET_TARGET_CAPABILITIES", 0x83: "SET_TARGET_CONFIGURATION",
        0x84: "GET_TARGET_CONFIGURATION", 0x85: "GET_TARGET_CONFIGURATION_REPORT",
        0x86: "LOCK_TARGET_CONFIGURATION", 0x87: "SET_TARGET_CKID_SPECIFIC_KEY",
        0x88: "SET_TARGET_CKID_RANDOM_KEY", 0x89: "CLEAR_TARGET_CKID_KEY", 0x8a: "SET_TARGET_RANGE_SPECIFIC_KEY",
        0x8b: "SET_TARGET_RANGE_RANDOM_KEY", 0x8c: "CLEAR_TARGET_RANGE_KEY", 0x8d: "SET_TARGET_TE_STATE",
        0x8e: "CHECK_TARGET_DELAYED_COMPLETION",
    ]
}
