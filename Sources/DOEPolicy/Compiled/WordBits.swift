internal import DOEWords

/// The keys whose values are a few words, as one bit a word.
enum WordBits {
    /// The bit that stands for "does not exist".
    static let none: UInt8 = 1 << 7
    /// Every word, and what does not exist.
    static let all: UInt8 = 0xff

    /// Every class that is judged by rules, every road, every mode.
    static let everyClass: UInt8 = ObjectClass.allCases.filter { $0 != .malformed }.reduce(0) { $0 | bit($1) }
    static let everyRoad: UInt8 = Road.allCases.reduce(0) { $0 | bit($1) }
    static let everyMode: UInt8 = Mode.allCases.reduce(0) { $0 | bit($1) }

    static func bit(_ objectClass: ObjectClass) -> UInt8 {
        switch objectClass {
        case .kernelExpected: 1 << 0
        case .published: 1 << 1
        case .vendor: 1 << 2
        case .compliance: 1 << 3
        case .unknown: 1 << 4
        case .malformed: 1 << 5
        }
    }

    static func bit(_ road: Road) -> UInt8 {
        switch road {
        case .proxy: 1 << 0
        case .kernel: 1 << 1
        case .bypass: 1 << 2
        case .passthrough: 1 << 3
        }
    }

    static func bit(_ mode: Mode) -> UInt8 {
        switch mode {
        case .production: 1 << 0
        case .bringUp: 1 << 1
        }
    }

    static func bit(_ transport: Client.Transport) -> UInt8 {
        switch transport {
        case .unix: 1 << 0
        case .tcp: 1 << 1
        }
    }

    /// The roads of a rule that names none.
    static let defaultRoads = bit(Road.proxy) | bit(Road.kernel)
}

extension RuleKey {
    /// The words a key knows, each with what it stands for; empty for other keys.
    var vocabulary: [(word: String, bits: UInt8)] {
        switch self {
        case .objectClass:
            // A rule for published objects is for those that the kernel uses too. Malformed ones are never judged.
            ObjectClass.allCases.filter { $0 != .malformed }.map {
                ($0.rawValue, WordBits.bit($0) | ($0 == .published ? WordBits.bit(.kernelExpected) : 0))
            }
        case .road: Road.allCases.map { ($0.rawValue, WordBits.bit($0)) }
        case .mode: Mode.allCases.map { ($0.rawValue, WordBits.bit($0)) }
        case .via: Client.Transport.allCases.map { ($0.rawValue, WordBits.bit($0)) }
        default: []
        }
    }
}
