import CFaults
import DOEAuditTrail
import DOELinux
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("An acknowledgement is on record before it is in force")
struct AcknowledgedOnRecordTests {
    private static let root = Client(
        via: .known(.unix), pid: .known(1), uid: .known(0), groups: .known([]), exe: .none, unit: .none)

    private static func tainted() throws -> House {
        let house = try House(.cxlMemoryExpander())
        _ = try house.ask(.compliance)
        return house
    }

    private static func acknowledge(_ house: House) throws(AcknowledgementError) -> [TaintLetters] {
        try house.monitor.acknowledgeTaint(of: nil, because: "a test", among: [], for: root).map(\.letters)
    }

    private static func records(_ house: House) throws -> RingReading {
        try RingReader.read(stateDirectory: house.directory.path)
    }

    @Test("it stands open in the ring while the ledger is written, and is closed with what came of it")
    func order() throws {
        let house = try Self.tainted()
        let seen = Mutex<[String]>([])
        house.ledger.noteMarks { [path = house.directory.path] _ in
            let open = (try? RingReader.read(stateDirectory: path).open) ?? []
            seen.withLock { $0.append("\(open.map(\.event.rawValue))") }
        }
        #expect(try Self.acknowledge(house) == [.complianceAttempted])
        #expect(seen.withLock { $0 } == ["[]", "[\"taint-acknowledged\"]"])
        let ring = try Self.records(house)
        let record = try #require(ring.closed.first { $0.event == .taintAcknowledged })
        #expect(ring.open.isEmpty && record.acknowledged == .complianceAttempted && record[.status] == nil)
    }

    /// Opening writes content and header, then syncs.
    @Test("where the ring's disk does not take it, nothing is acknowledged", arguments: 1...3 as ClosedRange<UInt64>)
    func disk(call: UInt64) throws {
        let house = try Self.tainted()
        unsafe cfaults_begin(house.directory.path + "/ring", call, call, EIO)
        let error = #expect(throws: AcknowledgementError.self) { try Self.acknowledge(house) }
        let count = cfaults_count()
        cfaults_end()
        #expect(count >= call && error?.problem.contains("Input/output error") == true)
        #expect(house.ledger.unacknowledgedLetters == .complianceAttempted)
        #expect(try Self.records(house).closed.allSatisfy { $0.event != .taintAcknowledged })
        #expect(try Self.acknowledge(house) == [.complianceAttempted])
    }

    @Test("where the ring has no room, nothing is acknowledged")
    func full() throws {
        let house = try House(.cxlMemoryExpander(), capacity: 8)
        _ = try house.ask(.compliance)
        while (try? house.trail.write(Record(.policyLoaded, priority: .notice, message: "x"))) != nil {}
        #expect(throws: AcknowledgementError.self) { try Self.acknowledge(house) }
        #expect(house.ledger.unacknowledgedLetters == .complianceAttempted)
    }

    @Test("where the ledger does not take it, its one record says so, and nothing is acknowledged")
    func ledger() throws {
        let house = try Self.tainted()
        try BrokenLedger.breakIt(in: house.directory.path)
        #expect(throws: AcknowledgementError.self) { try Self.acknowledge(house) }
        let records = try Self.records(house).closed.filter { $0.event == .taintAcknowledged }
        #expect(records.map { $0[.status] } == ["unkept"] && records.first?.acknowledged == [])
        #expect(house.ledger.unacknowledgedLetters == .complianceAttempted)
    }

    @Test("where all of it was raised again meanwhile, the answer says what the record says")
    func raisedAgain() throws {
        let house = try Self.tainted()
        let found = house.ledger.snapshot.unacknowledged(of: .all)
        _ = try house.ask(.compliance)
        let acknowledgement = Acknowledgement(
            subject: "all", reason: try StatedReason("a test", for: "an acknowledgement"), caller: Self.root)
        let error = #expect(throws: Obstacle.self) { try house.monitor.acknowledge(found, acknowledgement) }
        #expect(error?.problem.contains("raised again meanwhile") == true && error?.remedy != nil)
        let record = try #require(try Self.records(house).closed.first { $0.event == .taintAcknowledged })
        #expect(record[.status] == "unkept" && record.message.contains("raised again meanwhile"))
        #expect(house.ledger.unacknowledgedLetters == .complianceAttempted)
    }
}
