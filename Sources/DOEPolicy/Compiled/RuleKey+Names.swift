internal import DOEObjects
internal import DOEWords

// The keys that name requests: their values are words that the specifications give, and a few forms beside these.
extension RuleKey {
    /// The fixed words that are values of this key; empty for other keys.
    var requestNames: [String] {
        switch self {
        case .spdm: SPDMRequestName.words
        case .compliance: ComplianceRequest.names
        default: []
        }
    }

    /// Whether a literal is one of the fixed words.
    func isWord(_ literal: String) -> Bool {
        switch self {
        case .spdm: Self.spdmWords.contains(literal)
        case .compliance: Self.complianceWords.contains(literal)
        default: false
        }
    }

    /// Whether some value of this key matches.
    func allows(_ glob: Glob) -> Bool {
        requestNames.contains { glob.matches($0) }
            || (shapes.contains { $0.allows(glob) } && !(self == .exe && glob.hasImpossiblePart))
    }

    /// Whether a literal of the form `0x90` is a code that has no name: one that has a name is only called by it.
    func isUnnamedCode(_ literal: String) -> Bool {
        guard let code = UInt8(lowercaseHex: literal.dropFirst(2), digits: 2...2) else { return false }
        switch self {
        case .spdm: return SPDMCode(rawValue: code).name == nil
        case .compliance: return !ComplianceRequest.names.indices.contains(Int(code))
        default: return false
        }
    }

    /// What to write in place of a value that cannot be.
    func remedy(for text: String) -> String {
        if let why = whyNever(text) { return why }
        guard !requestNames.isEmpty else { return form }
        if text.hasPrefix("0x"), let code = UInt8(lowercaseHex: text.dropFirst(2), digits: 2...2) {
            if self == .spdm, let name = SPDMCode(rawValue: code).name { return "it has a name: write \(name)" }
            if self == .compliance, !isUnnamedCode(text) {
                return "it has a name: write \(ComplianceRequest.names[Int(code)])"
            }
        }
        if self == .spdm {
            if SPDMCode.requestNames.values.contains(text) {
                return "a piece of a request cannot be read: write opaque"
            }
            if SPDMCode.responseNames.values.contains(text) { return "that is a response; rules name requests" }
        }
        if let word = requestNames.first(where: { $0.lowercased() == text.lowercased() }) {
            return "did you mean '\(word)'?"
        }
        return NearestWord.to(text, among: requestNames).map { "did you mean '\($0)'?" } ?? form
    }

    private static let spdmWords = Set(SPDMRequestName.words)
    private static let complianceWords = Set(ComplianceRequest.names)

    /// Every code without a name, as it stands in front of a request of its own or of a message in a published protocol:
    /// `0x90`, `TDISP.0x90`. Those that begin alike are in one list.
    static let unnamedSPDMCodes: [[String]] =
        [codes(from: 0x80, behind: "")] + SPDMInnerProtocol.allCases.map { codes(from: 0, behind: "\($0).") }

    /// The same of compliance requests.
    static let unnamedComplianceCodes = [codes(from: 0, behind: "")]

    private static func codes(from first: UInt8, behind text: String) -> [String] {
        (first...UInt8.max).map { "\(text)0x\($0.hex(digits: 2))" }
    }

    /// A standard, and vendor id.
    static let spdmBodyShapes: [ValueShape] = {
        let bodies =
            SPDMStandard.knownNames.map(ValueShape.text)
            + unnamedStandards.map { ValueShape.text("standard-") + $0 }
        return bodies.flatMap {
            [ValueShape(parts: $0), ValueShape(parts: $0 + ValueShape.text(".") + [.one(.hex), .many(.hex)])]
        }
    }()

    /// A code without a name; standard and vendor id; a message without a name in a published protocol.
    static let spdmShapes: [ValueShape] = {
        let code = ValueShape.text("0x") + ValueShape.hex(2)
        let request = ValueShape.text("0x") + [.one(.among("89abcdef")), .one(.hex)]
        return [ValueShape(parts: request)] + spdmBodyShapes
            + SPDMInnerProtocol.allCases.map { ValueShape(parts: ValueShape.text("\($0).") + code) }
    }()

    /// 12 to 65535, since the standards below have names: what stands first, the next digit, and how many any ones.
    private static let unnamedStandards: [[ValueShape.Part]] = {
        let forms: [(first: String, next: String, others: Int)] = [
            ("1", "23456789", 0), ("", "23456789", 1), ("", "123456789", 2), ("", "123456789", 3), ("", "12345", 4),
            ("6", "01234", 3), ("65", "01234", 2), ("655", "012", 1), ("6553", "012345", 0),
        ]
        return forms.map { first, next, others in
            let digits: [ValueShape.Part] = Array(repeating: .one(.decimal), count: others)
            return ValueShape.text(first) + [.one(.among(next))] + digits
        }
    }()

    static let complianceShapes = [ValueShape(parts: ValueShape.text("0x") + ValueShape.hex(2))]
}
