internal import DOEObjects
internal import DOEWords

extension Question {
    /// Questions about an object that together are about every request: each road, each mode and each way to come, of
    /// which nothing else is told, from a time on. In bring-up mode the mailbox is leased to whoever asks.
    static func all(about object: ObjectID, from time: Timestamp) -> [Question] {
        Mode.allCases.flatMap { mode in
            Road.allCases.flatMap { road in
                clients(on: road).map { client, told in
                    let inquiry = Inquiry(road: road, client: client, mode: mode, object: object)
                    var question = Question(
                        mode == .bringUp ? inquiry.assumingLease() : inquiry, untold: ~told & untellable)
                    question.earliest = time
                    return question
                }
            }
        }
    }

    /// Each kind of client, with the keys that are told by it.
    private static func clients(on road: Road) -> [(Client, UInt32)] {
        let nobody = Client(
            via: .none, pid: .none, uid: .none, groups: .none, loginUID: .none, session: .none, exe: .none,
            unit: .none, container: .none, parent: .none)
        var overTCP = nobody
        overTCP.via = .known(.tcp)
        return switch road {
        case .kernel: [(nobody, ofClients)]
        case .proxy: [(Client(via: .known(.unix)), 0), (overTCP, ofClients)]
        case .bypass, .passthrough: [(Client(via: .none), 0)]
        }
    }

    private static let ofClients: UInt32 = [
        .uid, .user, .group, .loginUID, .unit, .exe, .container,
    ].reduce(0) { $0 | ($1 as RuleKey).bit }

    private static let untellable: UInt32 = [
        .mailbox, .address, .device, .pciClass, .driver, .serial, .spdm, .compliance, .until,
    ].reduce(ofClients) { $0 | ($1 as RuleKey).bit }

    /// What is told, in the words of rules; what goes without saying is left out. Whose number was only made
    /// up is called by name.
    func words(_ names: PortableNames?) -> String {
        var words = ["object=\(inquiry.judgedObject)"]
        if inquiry.road != .proxy { words.append("road=\(inquiry.road)") }
        if inquiry.mode != .production { words.append("mode=\(inquiry.mode)") }
        if inquiry.client.via == .known(.tcp) { words.append("via=tcp") }
        let isAnybody = inquiry.road != .kernel && inquiry.client.via != .known(.tcp)
        for key in RuleKey.allCases where untold & key.bit == 0 && Self.untellable & key.bit != 0 {
            if Self.ofClients & key.bit != 0, !isAnybody { continue }
            if let value = value(of: key, names) { words.append(value) }
        }
        return words.joined(separator: " ")
    }

    private func value(of key: RuleKey, _ names: PortableNames?) -> String? {
        switch key {
        case .uid:
            return inquiry.client.uid.value.flatMap { names?.words(ofUser: $0) } ?? "uid=\(inquiry.client.uid)"
        case .loginUID: return "loginuid=\(inquiry.client.loginUID)"
        case .group:
            guard let groups = inquiry.client.groups.value, !groups.isEmpty else { return "group=none" }
            return groups.map { names?.words(ofGroup: $0) ?? "group=\($0)" }.joined(separator: " ")
        case .until: return inquiry.time.value.map { "at \($0.point)" }
        case .spdm, .compliance:
            let name = key == .spdm ? (inquiry.spdmNames.value?.first?.last) : inquiry.complianceNames.value?.first
            return name.map { "\(key.word)=\($0)" }
        case .user, .address: return nil
        default:
            return inquiry.text(of: key).value.map { "\(key.word)=\(RuleValue(string: $0))" } ?? "\(key.word)=none"
        }
    }
}
