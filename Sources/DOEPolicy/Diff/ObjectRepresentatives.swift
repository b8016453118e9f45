internal import DOEWords

/// One object for each way in which objects can be told apart by patterns: of two objects that are in the same of them,
/// one is enough.
struct ObjectRepresentatives {
    private let masks: [ObjectMask]
    private var seen: Set<[Int]> = []
    private(set) var objects: [ObjectID] = []

    init(of masks: Set<ObjectMask>) {
        self.masks = masks.sorted { ($0.mask, $0.value) < ($1.mask, $1.value) }
        extend(0, digits: 0, Array(self.masks.indices))
    }

    /// Digit by digit: each that a pattern names, and one for all others.
    private mutating func extend(_ value: UInt32, digits: UInt32, _ live: [Int]) {
        guard digits < 6 else {
            guard seen.insert(live).inserted else { return }
            return objects.append(ObjectID(vendor: UInt16(value >> 8), type: UInt8(value & 0xff)))
        }
        let shift = 20 - 4 * digits
        var named: [UInt32: [Int]] = [:]
        let others = live.filter { masks[$0].mask >> shift & 0xf == 0 }
        for index in live where masks[index].mask >> shift & 0xf != 0 {
            named[masks[index].value >> shift & 0xf, default: []].append(index)
        }
        for (digit, own) in named.sorted(by: { $0.key < $1.key }) {
            extend(value | digit << shift, digits: digits + 1, (own + others).sorted())
        }
        if let other = (0...0xf as ClosedRange<UInt32>).reversed().first(where: { named[$0] == nil }) {
            extend(value | other << shift, digits: digits + 1, others)
        }
    }
}

extension Policy {
    /// Every pattern by which this policy, and what nobody can change, tells objects apart.
    var objectPatterns: Set<ObjectMask> {
        var patterns = knownPatterns
        for condition in rules.lazy.flatMap(\.conditions) {
            if case .objects(let masks) = condition.test { patterns.formUnion(masks) }
        }
        return patterns
    }

    /// The same without those of its rules: what says of an object what it is.
    var knownPatterns: Set<ObjectMask> {
        var patterns = Set(catalog.patterns)
        let known: [ObjectID] =
            [
                .compliance, .spdm, .securedSPDM, .spdmWithConnection, .securedSPDMWithConnection, .discovery,
                .tableAccess,
            ]
            + KernelFeature.allCases.flatMap(\.objects)
        patterns.formUnion(known.map { ObjectMask(mask: 0xff_ffff, value: $0.number) })
        // Of these two vendors an object without an object line has another class than of all others.
        return patterns.union([0x0001, 0x1e98].map { ObjectMask(mask: 0xff_ff00, value: $0 << 8) })
    }
}
