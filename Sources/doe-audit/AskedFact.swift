internal import DOEPolicy
internal import DOEWords

/// A fact of a made-up request in the words of the rules: `container=web1`, `loginuid=none`, `serial=unknown`.
struct AskedFact {
    private static let keys = ["container", "loginuid", "serial"]
    private let key: String
    private let value: String

    init(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.keys.contains(String(parts[0])), !parts[1].isEmpty else {
            throw WrongUse(
                "'\(text)' is no fact",
                NearestWord.advice(String(parts[0]), among: Self.keys, called: "--fact takes KEY=VALUE, with one of"))
        }
        (key, value) = (String(parts[0]), String(parts[1]))
    }

    /// Makes it an inquiry in which that is so.
    func put(into inquiry: inout Inquiry) throws {
        guard key != "serial" else {
            return inquiry.mailbox.serialNumber = try fact("write it as lspci does: 00-00-00-00-00-00-12-34") {
                MailboxIdentity.serialNumber(of: $0)
            }
        }
        guard inquiry.client.via != .known(.tcp) else {
            throw WrongUse("a TCP client has no \(key)", "nobody vouches for it: leave it out")
        }
        if key == "container" {
            inquiry.client.container = try fact("write its name") { $0 }
        } else {
            inquiry.client.loginUID = try fact("write a number") { UInt32($0) }
        }
    }

    private func fact<Known>(_ remedy: String, _ parse: (String) -> Known?) throws -> Fact<Known> {
        switch value {
        case "none": return .none
        case "unknown": return .unknown
        default:
            if let obstacle = FactValue.obstacle(to: value, as: key) {
                throw WrongUse(obstacle.problem, obstacle.remedy ?? remedy)
            }
            guard let known = parse(value) else { throw WrongUse("no \(key) can be '\(value)'", remedy) }
            return .known(known)
        }
    }
}
