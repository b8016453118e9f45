@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

/// Everybody's share of a real ring, with nobody to take its records.
@Suite struct UserShareTests {
    private let directory = TemporaryDirectory()

    private func trail(slotsPerUser: Int? = nil) throws -> AuditTrail {
        try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(
                socket: directory.path + "/nobody", source: .directory(directory.path + "/no-journal")),
            capacity: 32, slotsPerUser: slotsPerUser)
    }

    private func record(_ uid: String, login: String? = nil) -> Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record.road = .proxy
        record[.clientUID] = uid
        record[.clientLoginUID] = login
        record[.clientUnit] = login.map { _ in "session-3.scope" }
        record[.mailbox] = "sim:cxl"
        return record
    }

    /// Opens and closes records until it is refused, and says why.
    private func fill(_ trail: AuditTrail, _ uid: String, login: String? = nil) -> (count: Int, error: TrailError?) {
        for count in 0..<100 {
            do throws(TrailError) {
                let open = try trail.open(record(uid, login: login), durability: .memory)
                _ = try open.close()
            } catch {
                return (count, error)
            }
        }
        return (100, nil)
    }

    @Test func whoFloodsIsRefusedAndOthersAreNot() throws {
        let trail = try trail()
        let (count, error) = fill(trail, "1000")
        #expect(count == 8)
        #expect(error?.reason == .share)
        #expect(error?.description.contains("uid 1000 has 8 records") == true)
        #expect(error?.remedy != nil)
        #expect(fill(trail, "unknown").count > 0)
        #expect(fill(trail, "2000").count > 0)
        #expect(fill(trail, "0").count == 8)
        // The daemon's own events are nobody's.
        for _ in 0..<4 { try trail.write(Record(.policyLoaded, priority: .notice, message: "in force")) }
    }

    @Test("a hundred uids of one person have one share together, after a restart too")
    func onePerson() throws {
        var counts: [Int] = []
        var errors: [TrailError?] = []
        do {
            let trail = try trail()
            for uid in 100_000..<100_050 {
                let (count, error) = fill(trail, "\(uid)", login: "1000")
                counts.append(count)
                errors.append(error)
            }
        }
        let trail = try trail()
        for uid in 100_050..<100_100 {
            let (count, error) = fill(trail, "\(uid)", login: "1000")
            counts.append(count)
            errors.append(error)
        }
        #expect(counts == [8] + Array(repeating: 0, count: 99))
        #expect(errors.allSatisfy { $0?.reason == .share })
        #expect(errors.last??.description.contains("the login of uid 1000 has 8 records") == true)
        #expect(fill(trail, "2000").count == 6, "others have as much, up to half of what is left")
    }

    @Test func whatIsOpenCountsToo() throws {
        let trail = try trail(slotsPerUser: 1)
        let open = try trail.open(record("1000"), durability: .memory)
        let error = #expect(throws: TrailError.self) { _ = try trail.open(record("1000"), durability: .memory) }
        #expect(error?.reason == .share)
        _ = try open.close()
        #expect(throws: TrailError.self) { _ = try trail.open(record("1000"), durability: .memory) }
    }

    @Test func aRestartKnowsWhoseRecordsItFound() throws {
        #expect(fill(try trail(), "1000").count == 8)
        do {
            let ring = try Ring.open(path: directory.path + "/ring", slotCount: 32)
            let slot = try #require(ring.content.slots.firstIndex(of: .free))
            try ring.ring.open(slot: slot, ticket: 5, content: record("2000").encoded)
        }
        let trail = try trail(slotsPerUser: 9)
        #expect(fill(trail, "1000").count == 1)
        if let interrupted = trail.takeInterrupted() { try interrupted.close(.aborted) }
        #expect(fill(trail, "2000").count == 4, "one was found open, and as many as he has are left to the others")
    }

    @Test func aRecordThatCouldNotBeOpenedGivesItsPlaceBack() throws {
        let path = directory.path + "/ring"
        _ = try Ring.open(path: path, slotCount: 8)
        let readOnly = Ring(
            slotCount: 8, file: Descriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC)), path: path)
        let core = try TrailCore(
            ring: readOnly, numbering: Numbering(newInstanceIn: "b", generation: 0), free: [0, 1, 2, 3, 4, 5, 6, 7],
            options: TrailCore.Options(slotsPerUser: 1))
        for _ in 0..<10 {
            let error = #expect(throws: TrailError.self) {
                _ = try core.open(record("1000"), durability: .memory, mayUseReserve: false)
            }
            #expect(error?.reason == .file)
        }
        #expect(core.state.withLock { $0.shares.used == 0 && $0.free.count == 8 && $0.openCount == 0 })
    }

    @Test func aShareIsFreeAgainOnceTheJournalHoldsItsRecords() throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        let trail = try AuditTrail(
            stateDirectory: directory.path, journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            capacity: 32, slotsPerUser: 2)
        for _ in 0..<10 {
            #expect(fill(trail, "1000").error?.reason == .share)
            #expect(trail.flush(withinMicroseconds: 60_000_000), "\(trail.status)")
        }
    }
}
