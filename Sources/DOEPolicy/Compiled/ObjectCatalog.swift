internal import DOEObjects
internal import DOEWords

/// What objects are and are called: the object lines of a policy, ready for use.
struct ObjectCatalog: Sendable {
    /// What an object is.
    struct Entry: Hashable, Sendable {
        let objectClass: ObjectClass
        let name: String
        /// The place of the object line among all, earlier first.
        let order: Int
        /// The kernels that use the object themselves, as the line says.
        let kernel: KernelRange?
        /// How long the objects are, as the line says, and the line; `nil` where it does not say.
        let stated: StatedLengths?
        /// Objects that are expected of this kernel where the line's others are not, or the other way round.
        var exceptions: [ObjectID] = []
        /// Whether the others are expected of it.
        var isExpected = false

        func objectClass(of object: ObjectID) -> ObjectClass {
            isExpected != exceptions.contains(object) ? .kernelExpected : objectClass
        }
    }

    /// The lengths that an object line states.
    struct StatedLengths: Hashable, Sendable {
        let lengths: LengthRange
        let line: RuleReference
    }

    /// An entry in one place: a look-up hands on a reference, and does not copy what it has.
    private final class Line: Sendable {
        let entry: Entry

        init(_ entry: Entry) { self.entry = entry }
    }

    /// The lines whose patterns give the same digits.
    private struct Group: Sendable {
        let mask: UInt32
        var lines: [UInt32: Line] = [:]
    }

    /// The kernel that is judged for; `nil` where there are no lines either.
    let kernel: KernelFacts?
    /// What each line that was added says of this kernel, in their order; `nil` for one that names no kernels.
    private(set) var kernelReasons: [KernelReason?] = []
    /// Those with more digits first.
    private var groups: [Group] = []
    /// Whether any line states a length: else nobody looks for one.
    private var statesLengths = false

    init(kernel: KernelFacts? = nil) { self.kernel = kernel }

    /// Adds an object line; of two with the same digits the first one added stays.
    mutating func add(_ masks: [ObjectMask], _ entry: Entry) {
        var entry = entry
        if entry.stated != nil { statesLengths = true }
        kernelReasons.append(expect(of: masks, &entry))
        let line = Line(entry)
        for mask in masks {
            let index = groups.firstIndex { $0.mask == mask.mask } ?? insertGroup(mask)
            if groups[index].lines[mask.value] == nil { groups[index].lines[mask.value] = line }
        }
    }

    /// The same object lines for another kernel. What each line says of it is not told.
    func under(_ kernel: KernelFacts) -> ObjectCatalog {
        var masks: [Int: [ObjectMask]] = [:]
        var entries: [Int: Entry] = [:]
        for group in groups {
            for (value, line) in group.lines {
                masks[line.entry.order, default: []].append(ObjectMask(mask: group.mask, value: value))
                entries[line.entry.order] = line.entry
            }
        }
        var other = ObjectCatalog(kernel: kernel)
        for (order, entry) in entries.sorted(by: { $0.key < $1.key }) {
            var entry = entry
            (entry.exceptions, entry.isExpected) = ([], false)
            other.add(masks[order] ?? [], entry)
        }
        return other
    }

    private mutating func insertGroup(_ mask: ObjectMask) -> Int {
        let index = groups.firstIndex { $0.mask.nonzeroBitCount < mask.mask.nonzeroBitCount } ?? groups.endIndex
        groups.insert(Group(mask: mask.mask), at: index)
        return index
    }

    /// Fills in what is expected of the kernel.
    private func expect(of masks: [ObjectMask], _ entry: inout Entry) -> KernelReason? {
        guard let kernel, let range = entry.kernel else { return nil }
        if masks.count == 1, let only = masks.first?.onlyObject {
            let reason = kernel.reason(for: only, in: range)
            entry.isExpected = reason.isExpected
            return reason
        }
        let ofVersion = kernel.reason(of: nil, in: range)
        let others = KernelFeature.allCases.flatMap(\.objects).filter { object in
            masks.contains { $0.contains(object) }
                && kernel.reason(for: object, in: range).isExpected != ofVersion.isExpected
        }
        entry.isExpected = ofVersion.isExpected
        entry.exceptions = others
        let words = others.map { "; \($0) \(kernel.reason(for: $0, in: range))" }
        return KernelReason(isExpected: ofVersion.isExpected, ofVersion.sentence + words.joined())
    }

    /// What the line that says what an object is says of this kernel; `nil` where it names no kernels.
    func kernelReason(of object: ObjectID) -> KernelReason? {
        guard object != .compliance, let range = line(of: object)?.entry.kernel else { return nil }
        return kernel?.reason(for: object, in: range)
    }

    /// The class and name of an object.
    ///
    /// `1e98:00` is compliance whatever object lines say. Without an object line what PCI-SIG (0001) and the CXL
    /// Consortium (1e98) have not published is unknown, and what others have made is theirs.
    func classify(_ object: ObjectID) -> (objectClass: ObjectClass, name: String) {
        let line = line(of: object)
        if object == .compliance { return (.compliance, line?.entry.name ?? "CXL Compliance Mode") }
        if let line { return (line.entry.objectClass(of: object), line.entry.name) }
        // Its name is known all the same where somebody has published it.
        let name = PublishedObjects.name(of: object)
        switch object.vendor {
        case 0x0001: return (.unknown, name ?? "unknown object of PCI-SIG")
        case 0x1e98: return (.unknown, name ?? "unknown object of the CXL Consortium")
        default: return (.vendor, name ?? "vendor-specific object")
        }
    }

    /// What all lines name.
    var patterns: [ObjectMask] {
        groups.flatMap { group in group.lines.keys.map { ObjectMask(mask: group.mask, value: $0) } }
    }

    /// How long an object is, as the line states that says what it is; `nil` where it states nothing.
    func statedLengths(of object: ObjectID) -> StatedLengths? { statesLengths ? line(of: object)?.entry.stated : nil }

    private func line(of object: ObjectID) -> Line? {
        var best: Line?
        var digits = 0
        for group in groups {
            if best != nil, group.mask.nonzeroBitCount < digits { break }
            guard let line = group.lines[object.number & group.mask] else { continue }
            if let found = best, found.entry.order < line.entry.order { continue }
            best = line
            digits = group.mask.nonzeroBitCount
        }
        return best
    }
}
