import DOEControl
import TestSupport
import Testing

@Suite("Varlink messages")
struct VarlinkTests {
    @Test("messages come out whole, however the bytes are cut")
    func pieces() throws {
        let messages: [[UInt8]] = [Array("{}".utf8), Array(#"{"method":"a.B"}"#.utf8), []]
        let stream: [UInt8] = messages.flatMap { $0 + [0] }
        for size in 1...stream.count {
            var reader = VarlinkReader()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                var piece = stream[start..<min(start + size, stream.count)]
                while let message = try reader.next(from: &piece) { found.append(message) }
                #expect(piece.isEmpty)
            }
            #expect(found == messages)
        }
    }

    @Test("a message without an end is refused at its limit")
    func endless() throws {
        for cut in 0...101 {
            var reader = VarlinkReader(limit: 100)
            var (first, second) = (
                [UInt8](repeating: 0x20, count: cut)[...], [UInt8](repeating: 0x20, count: 101 - cut)[...]
            )
            #expect(throws: ControlError.self) {
                _ = try reader.next(from: &first)
                _ = try reader.next(from: &second)
            }
        }
        var longest = [UInt8](repeating: 0x20, count: 100)[...] + [0]
        var reader = VarlinkReader(limit: 100)
        let message = try reader.next(from: &longest)
        #expect(message?.count == 100)
    }

    @Test("a call without parameters is read, and what is no call is an error that says so")
    func calls() throws {
        let call = try VarlinkCallHead(of: Array(#"{"method":"org.x.Y"}"#.utf8))
        #expect(call.method == "org.x.Y")
        for text in ["", "{", "[]", #"{"method":1}"#, #"{"parameters":{}}"#, #"{"method":"org.x.Y","parameters":[]}"#] {
            #expect(throws: ControlError.self) { try VarlinkCallHead(of: Array(text.utf8)) }
        }
    }

    @Test("the description names every key of every answer, and no other")
    func descriptionIsWhole() throws {
        let status = DaemonStatus(
            version: "1", pid: 1, started: 1, mode: "production", modeReason: "x", enforcement: "enforcing",
            enforcementReason: "x",
            policy: PolicySummary(generation: 1, sha256: "", kernel: "Linux 6.12", rules: 0, files: [], problem: "x"),
            reload: ReloadEntry(since: 1, step: "reading", asker: "x", pid: 1, waiting: 0),
            trail: TrailSummary(
                instance: "", sequence: 0, anchor: "x", capacity: 0, pending: 0, unconfirmed: 0, volatileFile: "x",
                journalSocket: "", problem: "x"),
            proxy: true, mailboxes: 0, exchanges: 0, refused: 0, unenforced: 0, taint: "", unacknowledged: "",
            sight: SightEntry(since: 1, unseenSince: 1, blind: "x", remedy: "x", missed: 0), kernelLog: "x",
            attention: [])
        let road = RoadEntry(way: "sysfs config", degree: "seen", reason: "x", remedy: "x")
        let mailbox = MailboxEntry(
            name: "", kind: "", address: "", device: "", class: "", driver: "", serial: "", capabilityVersion: 1,
            socket: "", taint: "", spdmOwner: "")
        let taint = TaintEntry(scope: "", subject: "", sinceBoot: "", unacknowledged: "", first: 0, last: 0)
        let setting = SettingEntry(name: "", value: "", default: "", source: "", file: "", line: 0)
        let notice = RuleNotice(file: "", line: 0, column: 0, message: "", remedy: "", text: "")
        let line = PolicyLine(
            kind: "", file: "", line: 0, text: "", hits: 0, kernelExpected: true, kernelReason: "")
        let hits = PolicyHits(since: 0, gatekeeper: 0, defaultDeny: 0, unknownFact: 0)
        #expect(try Self.keys(of: status.sight) == Self.described("Sight"))
        #expect(try Self.keys(of: road) == Self.described("Road"))
        #expect(try Self.keys(of: notice) == Self.described("RuleNotice"))
        #expect(try Self.keys(of: line) == Self.described("PolicyLine"))
        #expect(try Self.keys(of: hits) == Self.described("PolicyHits"))
        #expect(try Self.keys(of: setting) == Self.described("Setting"))
        #expect(try Self.keys(of: status) == Self.described("Status"))
        #expect(try Self.keys(of: status.policy) == Self.described("Policy"))
        #expect(try Self.keys(of: status.reload) == Self.described("Reload"))
        #expect(try Self.keys(of: status.trail) == Self.described("Trail"))
        #expect(try Self.keys(of: mailbox) == Self.described("Mailbox"))
        #expect(try Self.keys(of: taint) == Self.described("Taint"))
        let acknowledged = AcknowledgedEntry(subject: "", mailbox: "", letters: "")
        #expect(try Self.keys(of: acknowledged) == Self.described("Acknowledged"))
    }

    private static func keys(of value: some Encodable) throws -> Set<String> {
        guard case .object(let object) = try JSONText.decode(JSONValue.self, from: try JSONText.encode(value)) else {
            return []
        }
        return Set(object.keys)
    }

    /// The field names of `type NAME (…)` in the interface's description.
    private static func described(_ name: String) -> Set<String> {
        let text = ControlInterface.description
        guard let start = text.range(of: "type \(name) (")?.upperBound, let end = text[start...].firstIndex(of: ")")
        else {
            return []
        }
        return Set(
            text[start..<end].split(separator: ",").compactMap { field in
                field.split(separator: ":").first.map { $0.filter { !$0.isWhitespace } }
            })
    }
}

extension String {
    fileprivate func range(of other: String) -> Range<String.Index>? {
        indices.lazy.compactMap { start in
            self[start...].hasPrefix(other) ? start..<self.index(start, offsetBy: other.count) : nil
        }.first
    }
}
