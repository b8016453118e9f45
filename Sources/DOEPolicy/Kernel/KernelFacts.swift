public import DOEWords

/// What is known of the kernel that object lines speak of.
public struct KernelFacts: Hashable, Sendable, CustomStringConvertible {
    /// What was learned from the names of its functions.
    public enum Symbols: Hashable, Sendable {
        /// They were read.
        case read
        /// They do not count: another kernel than the running one is meant.
        case notAsked
        /// They could not be read: why, one sentence without a full stop.
        case unreadable(String)
    }

    /// What symbols say of a feature. Without it they say nothing.
    private enum Evidence: Hashable, Sendable {
        /// What shows it.
        case proof(String)
        case absence
        /// It was built in, and there is nobody to do it for.
        case noManager
    }

    /// Its version.
    public let version: KernelVersion
    /// What was learned from its symbols.
    public let symbols: Symbols
    /// The platform's security managers that it had when it was looked at; `unknown` where nobody looked.
    public private(set) var securityManagers = Fact<[String]>.unknown
    private var evidence: [KernelFeature: Evidence] = [:]

    /// A kernel that is told by its version alone: as asked for by hand, or because the symbols could not be read.
    public init(_ version: KernelVersion, symbols: Symbols = .notAsked) {
        self.version = version
        self.symbols = symbols
    }

    /// A kernel whose symbols can be looked up.
    ///
    /// - Parameters:
    ///   - has: whether there is a symbol of this name.
    ///   - hasAny: whether there is one whose name begins so.
    ///   - securityManagers: the platform's security managers for which it talks SPDM to devices, `tsm0`; `unknown`
    ///     where nobody could look.
    public init(
        _ version: KernelVersion, has: (String) -> Bool, hasAny: (_ startingWith: String) -> Bool,
        securityManagers: Fact<[String]> = .unknown
    ) {
        self.init(version, symbols: .read)
        self.securityManagers = securityManagers
        let canDoNone = !KernelFeature.mailboxes.traces.contains(where: hasAny)
        for feature in KernelFeature.allCases {
            if let proof = feature.proofs.first(where: has) {
                evidence[feature] = .proof(proof)
            } else if canDoNone || !feature.traces.isEmpty && !feature.traces.contains(where: hasAny) {
                evidence[feature] = .absence
            }
        }
        if evidence[.spdm] == nil, let managers = securityManagers.value {
            evidence[.spdm] = managers.first.map { .proof("/sys/class/tsm/\($0)") } ?? .noManager
        }
    }

    /// `Linux 6.12, told by its version and its symbols`
    public var description: String {
        switch symbols {
        case .read: "Linux \(version), told by its version and its symbols"
        case .notAsked: "Linux \(version), as asked for"
        case .unreadable(let why): "Linux \(version), told by its version alone: \(why)"
        }
    }

    /// Whether this kernel uses an object, of which a line says that kernels in a range do.
    ///
    /// The line names the feature, by its range. Symbols only say whether this kernel has what the line names: brought into
    /// an older kernel, or left out of this one. An object that no line names so is never expected.
    func reason(for object: ObjectID, in range: KernelRange) -> KernelReason {
        reason(of: KernelFeature(of: object), in: range)
    }

    /// The same of what an object belongs to, if to anything.
    func reason(of feature: KernelFeature?, in range: KernelRange) -> KernelReason {
        let isInRange = range.contains(version)
        let place = "Linux \(version) is \(isInRange ? "" : "not ")in \(range)"
        switch (isInRange, feature.flatMap { evidence[$0] }) {
        case (true, .absence): return KernelReason(isExpected: false, "\(place), but was built without it")
        case (_, .noManager):
            return KernelReason(
                isExpected: false,
                isInRange ? "\(place), but no security manager is in /sys/class/tsm" : place,
                awaitsSecurityManager: true)
        case (true, _): return KernelReason(isExpected: true, place)
        case (false, .proof(let proof)): return KernelReason(isExpected: true, "\(place), but has it: \(proof)")
        case (false, _):
            guard case .unreadable = symbols else { return KernelReason(isExpected: false, place) }
            return KernelReason(isExpected: false, "\(place), and its symbols could not be read")
        }
    }
}
