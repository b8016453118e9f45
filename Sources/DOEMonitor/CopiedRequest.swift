internal import DOEObjects
internal import DOEWords

/// A request whose answer can be a copy: it reads, and is read one entry after the other.
enum CopiedRequest: Hashable, Sendable {
    /// One object of the mailbox's list.
    case discovery(index: UInt8, version: UInt8)
    /// One entry of the CDAT.
    case tableEntry(handle: UInt16)

    /// The discovery versions that there are (PCIe r6.0 6.30.1.1.1); more would be as many lists.
    static let versions: ClosedRange<UInt8> = 0...2

    /// `nil` for every other object, and for what is no such request.
    init?(_ object: DataObject) {
        switch object.object {
        case .discovery:
            guard let request = try? DiscoveryRequest(object), Self.versions.contains(request.version) else {
                return nil
            }
            self = .discovery(index: request.index, version: request.version)
        case .tableAccess:
            guard let request = try? TableAccessRequest(object) else { return nil }
            self = .tableEntry(handle: request.entryHandle)
        default: return nil
        }
    }

    /// A reading begins with it.
    var isFirst: Bool {
        switch self {
        case .discovery(let index, _): index == 0
        case .tableEntry(let handle): handle == 0
        }
    }

    /// Whether both are parts of one reading.
    func isRead(with other: Self) -> Bool {
        switch (self, other) {
        case (.discovery(_, let mine), .discovery(_, let others)): mine == others
        case (.tableEntry, .tableEntry): true
        default: false
        }
    }

    /// Why it is not asked of the device.
    var advice: String {
        switch self {
        case .discovery(let index, _): "no answer has named index \(index): ask from index 0 on"
        case .tableEntry(let handle): "no answer has named handle \(handle): ask from handle 0 on"
        }
    }
}
