@testable import DOEAuditTrail
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite("Whose slot a record takes")
struct RecordOwnerTests {
    private static func client(_ generator: inout SeededGenerator) -> Client {
        guard !generator.once(in: 4) else {
            return Client(
                via: .known(.tcp), pid: .none, uid: .none, tcpUID: generator.pick([.known(0), .known(1000), .unknown]),
                groups: .none, loginUID: .none, session: .none, exe: .none, unit: .none, container: .none, parent: .none
            )
        }
        let units: [Fact<String>] = [
            .none, .unknown, .known("session-3.scope"), .known("user@1000.service"), .known("agent.service"),
            .known("probe@7.service"), .known("user@x.service"), .known("odd@name"),
        ]
        return Client(
            via: .known(.unix), pid: .known(7), uid: generator.pick([.known(0), .known(1000), .known(.max), .unknown]),
            loginUID: generator.pick([.none, .unknown, .known(0), .known(1000)]), unit: generator.pick(units))
    }

    @Test("is whoever the client is charged to, and a restart reads the same")
    func same() throws {
        var generator = SeededGenerator(seed: 33)
        for number in 1...500 as ClosedRange<UInt64> {
            let client = Self.client(&generator)
            var record = Record(.exchangeAllowed, priority: .info, message: "")
            record.road = .proxy
            record.describe(client)
            let owner = RecordOwner.holder(AccountHolder(of: client))
            #expect(RecordOwner(of: record) == owner, "\(client)")
            record[.instance] = "i"
            record[.sequence] = String(number)
            #expect(PendingRecord(bytes: record.encoded, slot: 0)?.owner == owner)
        }
    }

    @Test(
        "of what is told of many by its holder alone it is that one's",
        arguments: [
            (Field.clientUID, "0", AccountHolder.root), (.clientUID, "1000", .user(1000)),
            (.clientUID, "unknown", .unnamed),
            (.clientLoginUID, "1000", .login(1000)), (.clientUnit, "probe@.service", .unit("probe@.service")),
            (.clientTCPUID, "0", .loopback(0)),
        ])
    func gathered(field: Field, text: String, holder: AccountHolder) {
        var record = Record(.exchangeRefused, priority: .error, message: "")
        record.road = .proxy
        record[field] = text
        #expect(RecordOwner(of: record) == .holder(holder))
    }

    @Test("nobody's is the daemon's own, and of a client without any name those together who have none")
    func nobody() {
        var record = Record(.exchangeAllowed, priority: .info, message: "")
        #expect(RecordOwner(of: record) == .host)
        record.road = .proxy
        #expect(RecordOwner(of: record) == .holder(.unnamed))
        record[.clientUID] = "4294967294"
        #expect(RecordOwner(of: record) == .holder(.user(4_294_967_294)))
    }
}
