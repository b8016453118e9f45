internal import DOEWords

/// What objects are and are called: the object lines of a policy, ready for use.
struct ObjectCatalog: Sendable {
    /// What an object is.
    struct Entry: Hashable, Sendable {
        let objectClass: ObjectClass
        let name: String
        /// The place of the object line among all, earlier first.
        let order: Int
    }

    /// The lines whose patterns give the same digits.
    private struct Group: Sendable {
        let mask: UInt32
        var entries: [UInt32: Entry] = [:]
    }

    /// Those with more digits first.
    private var groups: [Group] = []

    /// Adds an object line; of two with the same digits the first one added stays.
    mutating func add(_ masks: [ObjectMask], _ entry: Entry) {
        for mask in masks {
            let index = groups.firstIndex { $0.mask == mask.mask } ?? insertGroup(mask)
            if groups[index].entries[mask.value] == nil { groups[index].entries[mask.value] = entry }
        }
    }

    private mutating func insertGroup(_ mask: ObjectMask) -> Int {
        let index = groups.firstIndex { $0.mask.nonzeroBitCount < mask.mask.nonzeroBitCount } ?? groups.endIndex
        groups.insert(Group(mask: mask.mask), at: index)
        return index
    }

    /// The class and name of an object.
    ///
    /// `1e98:00` is compliance whatever object lines say. Without an object line what PCI-SIG (0001) and the CXL
    /// Consortium (1e98) have not published is unknown, and what others have made is theirs.
    func classify(_ object: ObjectID) -> (objectClass: ObjectClass, name: String) {
        let entry = entry(of: object)
        if object == .compliance { return (.compliance, entry?.name ?? "CXL Compliance Mode") }
        if let entry { return (entry.objectClass, entry.name) }
        switch object.vendor {
        case 0x0001: return (.unknown, "unknown object of PCI-SIG")
        case 0x1e98: return (.unknown, "unknown object of the CXL Consortium")
        default: return (.vendor, "vendor-specific object")
        }
    }

    private func entry(of object: ObjectID) -> Entry? {
        var best: Entry?
        var digits = 0
        for group in groups {
            if best != nil, group.mask.nonzeroBitCount < digits { break }
            guard let entry = group.entries[object.number & group.mask] else { continue }
            if let found = best, found.order < entry.order { continue }
            best = entry
            digits = group.mask.nonzeroBitCount
        }
        return best
    }
}
