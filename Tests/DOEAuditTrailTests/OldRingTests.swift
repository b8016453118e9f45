@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite("A ring of an earlier version is taken up")
struct OldRingTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/ring" }

    private func put(_ ring: OldRing, _ change: (inout [UInt8]) -> Void = { _ in }) throws -> [UInt8] {
        var bytes = try ring.bytes()
        change(&bytes)
        try WholeFile.write(bytes, to: path, mode: 0o600)
        return bytes
    }

    private func start(boot: String? = nil) throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(path: path, TrailCore.Options(boot: boot))
    }

    @Test("its records wait as before, and its instance is named as the one before", arguments: OldRing.allCases)
    func taken(_ ring: OldRing) throws {
        _ = try put(ring)
        let before = try RingReader.read(stateDirectory: directory.path)
        #expect(before.lost == [] && before.repairable == [] && before.closed.map(\.sequence) == [1, 2, 3, 4, 5])
        let (core, recovery) = try start()
        #expect(recovery.continuity == (ring == .orderly ? .succeeded : .powerCut))
        #expect(recovery.undelivered == 5 && recovery.lost == [] && recovery.notices == [])
        let waiting = core.state.withLock { $0.schedule.count }
        #expect(waiting >= 5)
        let record = Record(.exchangeAllowed, priority: .info, message: "first")
        let slot = try core.open(record, durability: .memory, mayUseReserve: true)
        _ = try core.close(record, slot)
        let after = try RingReader.read(stateDirectory: directory.path)
        let old = after.closed.filter { $0.instance == before.last?.instance }
        #expect(old == before.closed)
        let first = try #require(after.closed.first { $0.instance != before.last?.instance && $0.sequence == 1 })
        let last = try #require(before.closed.last)
        #expect(
            first.before
                == RecordAnchor(
                    instance: try #require(last.instance), sequence: 5, digest: SHA256Digest(of: last.encoded)))
    }

    @Test("whoever takes it up makes it one of this version: an older daemon must not write to it any more")
    func isOfThisVersionThen() throws {
        _ = try put(.orderly)
        for _ in 0..<2 {
            let (ring, content) = try Ring.open(path: path, slotCount: 8)
            #expect(content.progress?.sequence == 5 && content.repaired == [] && content.lost == [])
            for offset in RingLayout.headerOffsets {
                let header = RingHeader.parse(try ring.file.read(RingHeader.size, at: offset, subject: path))
                #expect(header == .slotCount(32, version: RingLayout.version))
            }
        }
        // One that is killed when it has written one header, or one progress, leaves a ring that can be taken up.
        for place in RingLayout.headerOffsets + RingLayout.progressOffsets {
            _ = try put(.orderly)
            do {
                let ring = try Ring.open(path: path, slotCount: 8).ring
                try ring.file.write(Array(try OldRing.orderly.bytes()[place..<place + 4096]), at: place, subject: path)
            }
            let recovery = try start().recovery
            #expect(recovery.undelivered == 5 && !recovery.isLoss)
            let again = try start(boot: nil).recovery
            #expect(again.continuity == .continued && again.undelivered == 5)
        }
    }

    @Test("a header that is torn anywhere while it is taken up loses nothing: the other one stands")
    func tornHeader() throws {
        let header = RingHeader.bytes(slotCount: 32)
        for place in RingLayout.headerOffsets {
            for length in 0...header.count {
                _ = try put(.orderly) { $0.replaceSubrange(place..<place + length, with: header.prefix(length)) }
                let recovery = try start().recovery
                #expect(recovery.undelivered == 5 && !recovery.isLoss, "\(length) bytes at \(place)")
            }
        }
    }

    @Test("one of a later version is refused with what to do, and left alone")
    func laterVersion() throws {
        var later = RingHeader.bytes(slotCount: 32)
        later[8] = UInt8(RingLayout.version + 1)
        let header = Array(later.prefix(32))
        let whole = try put(.orderly) {
            for place in RingLayout.headerOffsets {
                $0.replaceSubrange(place..<place + 64, with: header + SHA256Digest(of: header).bytes)
            }
        }
        let error = #expect(throws: TrailError.self) { _ = try start().recovery }
        #expect(error?.reason == .otherVersion)
        #expect(error?.problem.contains("version \(RingLayout.version + 1)") == true)
        #expect(error?.remedy?.contains("start the one that wrote it until all is delivered") == true)
        let reading = #expect(throws: TrailError.self) { try RingReader.read(stateDirectory: directory.path) }
        #expect(reading?.reason == .otherVersion && reading?.remedy != nil)
        #expect(try WholeFile.read(path, limit: 1 << 20) == whole)
    }

    @Test("what was under way in it is interrupted, and what counted is closed with its count")
    func open() throws {
        _ = try put(.killed)
        let open = try RingReader.read(stateDirectory: directory.path).open
        #expect(open.map(\.event) == [.exchangeRefused, .exchangeAllowed] && open[0][.count] == "2")
        let left = try start().core.state.withLock { $0.interrupted }
        #expect(left.map(\.mailbox.description) == ["sim:vendor", "remote:silent"])
        #expect(left.map { $0.record[.count] } == ["2", nil])
        #expect(left[1].record.interrupted(.aborted).event == .exchangeInterrupted)
        #expect(left.map(\.open.owner) == [.root, .root])
    }

    @Test("in its own boot it goes on where the daemon kept no shadow either")
    func sameBoot() throws {
        _ = try put(.orderly)
        let (core, recovery) = try start(boot: OldRing.boot)
        #expect(recovery.continuity == .continued && !recovery.isLoss)
        let sequence = core.state.withLock { $0.numbering.sequence }
        #expect(sequence == 5)
    }

    @Test("a bit that flips anywhere in it is harmless or told", arguments: OldRing.allCases)
    func damaged(_ ring: OldRing) throws {
        let whole = try ring.bytes()
        let places = whole.indices.filter { whole[$0] != 0 }
        for (turn, place) in places.enumerated() where turn % 97 == 0 {
            _ = try put(ring) { $0[place] ^= UInt8(1 << (turn % 8)) }
            let (core, recovery) = try start(boot: OldRing.boot)
            let (waiting, open) = core.state.withLock { ($0.schedule.count, $0.openCount) }
            let isWhole = waiting == 5 && open == (ring == .killed ? 2 : 0)
            #expect(isWhole || recovery.isLoss, "byte \(place): \(waiting) wait, \(open) are open, and no loss is told")
        }
    }
}
