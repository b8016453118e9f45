internal import DOEObjects
internal import DOEWords

// What no fact can ever be, although it has the form of its key. A rule that asks for it would never match, which in
// a `deny` is a door left open; so it is an error, in every rule.
extension RuleKey {
    /// Texts of the right form that nothing can ever be; there may be more.
    var neverTexts: [String] {
        switch self {
        case .device: Self.absentDevices
        case .driver, .container: Self.noNames
        default: []
        }
    }

    /// Whether a literal that has the right shape is really a value.
    func isValue(_ literal: String) -> Bool {
        switch self {
        case .mailbox: MailboxName(literal) != nil
        case .address: FunctionAddress(literal) != nil
        case .device: !Self.absentDevices.contains(literal)
        case .driver: !Self.noNames.contains(literal)
        case .container: !Self.noNames.contains(literal) && ContainerName.recorded(literal) == .known(literal)
        case .unit: SystemUnit.isName(literal)
        case .spdm: isRequest(literal)
        case .compliance: !literal.hasPrefix("0x") || isUnnamedCode(literal)
        case .exe: !Glob(literal: literal, stopsAtSlash: true).hasImpossiblePart
        case .object, .objectClass, .road, .mode, .pciClass, .serial, .uid, .user, .group, .loginUID, .via, .until: true
        }
    }

    /// Whether a user, a login or a group has this number: the last one is what the kernel writes for none (uid_t
    /// -1).
    func isValue(_ number: UInt32) -> Bool { number != .max }

    /// What to write in place of that number.
    var whyNoNumber: String { "that number stands for nobody: write \(word)=none" }

    /// Why a text of the right form is no value, and what to write; `nil` where there is no more to say than the
    /// form.
    func whyNever(_ text: String) -> String? {
        if text == "unknown", mayBeNone { return "what could not be learned, no rule can ask for: it refuses then" }
        if text == "none", mayBeNone { return "where there is none, write \(word)=none without quotes" }
        switch self {
        case .container:
            return ContainerName.id(in: text).map { "records hold the first 12 digits of an id: write container=\($0)" }
        case .device where Self.absentDevices.contains(text): return "that is what reads where there is no device"
        case .unit where text.contains("@."):
            return "a template runs nothing: name its instance, or write NAME@*.service"
        case .compliance where text == "malformed": return "such a request is refused before any rule: take it out"
        case .spdm: return whyNoRequest(text)
        default: return nil
        }
    }

    /// What config space reads as where no function answers; Linux makes no device of one
    /// (pci_bus_read_dev_vendor_id).
    private static let absentDevices = ["ffff:ffff", "0000:0000", "ffff:0000", "0000:ffff"]

    /// What records say in the place of a name, and what no folder of the kernel's is called.
    private static let noNames = ["none", "unknown", ".", ".."]
}

// MARK: SPDM requests

extension RuleKey {
    /// Whether some request answers to this text, which is none of the fixed words.
    private func isRequest(_ literal: String) -> Bool {
        if literal.hasPrefix("0x") { return isUnnamedCode(literal) }
        if let (_, code) = Self.innerCode(literal) { return code == nil }
        let parts = literal.split(separator: ".", maxSplits: 1)
        if let number = parts.first.flatMap({ $0.hasPrefix("standard-") ? $0.dropFirst(9) : nil }) {
            guard let body = UInt32(decimal: number), body <= UInt16.max, body >= SPDMStandard.knownNames.count else {
                return false
            }
        }
        // A vendor id is whole bytes, 255 at most.
        return parts.count == 1 || (parts[1].utf8.count.isMultiple(of: 2) && parts[1].utf8.count <= 510)
    }

    private func whyNoRequest(_ text: String) -> String? {
        if let (inner, name) = Self.innerCode(text) { return name.map { "it has a name: write \(inner).\($0)" } }
        if text.hasPrefix("0x"), let code = UInt8(lowercaseHex: text.dropFirst(2), digits: 2...2), code < 0x80 {
            return "that is the code of a response; requests have 0x80 and above"
        }
        return nil
    }

    /// `TDISP.0x90` taken apart, with the name of that message; `nil` where it is nothing of the kind.
    private static func innerCode(_ literal: String) -> (inner: SPDMInnerProtocol, name: String?)? {
        let parts = literal.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("0x"),
            let code = UInt8(lowercaseHex: parts[1].dropFirst(2), digits: 2...2),
            let inner = SPDMInnerProtocol.allCases.first(where: { $0.description == parts[0] })
        else { return nil }
        return (inner, inner.messageNames[code])
    }
}

extension Glob {
    /// Exactly this text.
    init(literal: String, stopsAtSlash: Bool) {
        self.init(elements: literal.utf8.map { Element($0) }, stopsAtSlash: stopsAtSlash)
    }

    /// Of a path: a part between slashes is empty, `.` or `..`. The kernel names programs without these, and no glob
    /// stands for a slash.
    var hasImpossiblePart: Bool {
        let slash = Element(UInt8(ascii: "/"))
        let dot = Element(UInt8(ascii: "."))
        return elements.split(separator: slash, omittingEmptySubsequences: false).dropFirst()
            .contains { $0.isEmpty || $0.elementsEqual([dot]) || $0.elementsEqual([dot, dot]) }
    }
}
