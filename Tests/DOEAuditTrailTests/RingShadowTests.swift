@testable import DOEAuditTrail
import DOELinux
import DOEWords
import Glibc
import TestSupport
import Testing

/// The shadow's file.
@Suite struct RingShadowTests {
    private let directory = TemporaryDirectory()
    private let instance = String(repeating: "a", count: 32)
    private let boot = String(repeating: "b", count: 32)
    private let entries = [
        ShadowEntry(), ShadowEntry(state: .open, ticket: 7, sequence: 3),
        ShadowEntry(state: .closed, ticket: .max, sequence: 4), ShadowEntry(state: .free, ticket: 9, sequence: 5),
    ]

    /// A shadow of a ring that is there.
    private func shadow(boot: String? = nil, ring: String = "ring") throws -> RingShadow {
        let path = "\(directory.path)/\(ring)"
        try WholeFile.write([], to: path, mode: 0o600)
        return try RingShadow(runtimeDirectory: directory.path, ringPath: path, boot: boot ?? self.boot)
    }

    private func content(_ shadow: RingShadow) -> ShadowContent? {
        if case .whole(let content) = shadow.read() { content } else { nil }
    }

    private func reason(_ shadow: RingShadow) -> String {
        if case .unusable(let reason) = shadow.read() { reason } else { "none" }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let shadow = try shadow()
        #expect(reason(shadow).hasSuffix("is not there"))
        try shadow.begin(instance: instance, sequence: 2, entries: entries)
        let first = try #require(content(shadow))
        #expect(first.entries == entries && first.instance == instance && first.lastSequence == 5)
        _ = try shadow.open(slot: 0, ticket: 11)
        _ = try shadow.close(slot: 1, ticket: 7, sequence: 6)
        _ = try shadow.free(slots: [2])
        _ = try shadow.open(slot: 3, ticket: 12)
        let second = try #require(content(shadow))
        #expect(
            second.entries == [
                ShadowEntry(state: .open, ticket: 11), ShadowEntry(state: .closed, ticket: 7, sequence: 6),
                ShadowEntry(state: .free, ticket: .max, sequence: 4),
                ShadowEntry(state: .open, ticket: 12, sequence: 5),
            ])
        #expect(second.lastSequence == 6)
    }

    @Test func itIsOfItsBootAndItsRing() throws {
        let shadow = try shadow()
        try shadow.begin(instance: instance, sequence: 0, entries: entries)
        #expect(content(try self.shadow(ring: "./ring")) != nil, "the same ring, written in another way")
        #expect(reason(try self.shadow(boot: String(repeating: "c", count: 32))).hasSuffix("of another boot"))
        #expect(reason(try self.shadow(ring: "ring2")).hasSuffix("of another ring"))
    }

    @Test func aDamagedHeaderAndACutFileAreNotBelieved() throws {
        let shadow = try shadow()
        try shadow.begin(instance: instance, sequence: 2, entries: entries)
        let whole = try WholeFile.read(shadow.path, limit: 1 << 16)
        for place in 0..<ShadowContent.headerSize {
            var bytes = whole
            bytes[place] ^= UInt8(1 << (place % 8))
            #expect(ShadowContent(bytes) == nil, "byte \(place)")
        }
        for length in 0..<whole.count { #expect(ShadowContent(Array(whole.prefix(length))) == nil, "\(length) bytes") }
        #expect(ShadowContent(whole + [0]) == nil)
        for slot in entries.indices {
            var bytes = whole
            let place = ShadowContent.offset(ofSlot: slot)
            bytes.replaceSubrange(place..<place + ShadowEntry.size, with: repeatElement(0, count: ShadowEntry.size))
            #expect(ShadowContent(bytes) == nil, "slot \(slot) is empty")
        }
        #expect(ShadowContent(whole) != nil)
    }

    @Test func noEntryLiesOnTwoPages() {
        for slot in 0..<1024 {
            let start = ShadowContent.offset(ofSlot: slot)
            #expect(start / 4096 == (start + ShadowEntry.size - 1) / 4096)
        }
    }
}

/// A runtime directory without room. Needs root, for a file system of its own.
@Suite(.enabled(if: geteuid() == 0, "needs root: it mounts a file system of its own"))
struct FullRuntimeDirectoryTests {
    private let directory = TemporaryDirectory()

    private func core(on disk: TinyDisk) throws -> (TrailCore, TrailRecovery) {
        try TrailCore.recover(
            path: directory.path + "/ring", TrailCore.Options(slotCount: 64, runtimeDirectory: disk.path))
    }

    private func fill(_ disk: TinyDisk) throws {
        let file = Descriptor(owning: unsafe open(disk.path + "/filling", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        let block = [UInt8](repeating: 1, count: 4096)
        while (try? file.write(block, subject: "filling")) != nil {}
    }

    private func empty(_ disk: TinyDisk) { _ = unsafe unlink(disk.path + "/filling") }

    @Test func atTheStartItIsNamed() throws {
        let disk = try TinyDisk(kibibytes: 64)
        try fill(disk)
        let error = #expect(throws: TrailError.self) { _ = try core(on: disk) }
        #expect(error?.reason == .file)
        #expect(error?.remedy == "make room on the file system of the runtime directory")
        empty(disk)
        let recovery = try core(on: disk).1
        #expect(recovery.continuity == .succeeded && !recovery.isLoss)
    }

    @Test func laterItStopsNothing() throws {
        let disk = try TinyDisk(kibibytes: 64)
        let (core, _) = try core(on: disk)
        try fill(disk)
        for number in 1...64 {
            let slot = try core.open(ShadowedTrailTests.record, durability: .memory, mayUseReserve: true)
            #expect(try core.close(ShadowedTrailTests.record, slot) == UInt64(number))
        }
        #expect(core.state.withLock { $0.troubles.isEmpty })
    }

    @Test func whereTheShadowCannotBeWrittenNothingIsOpenedAndNothingClosedIsLost() throws {
        let disk = try TinyDisk(kibibytes: 64)
        let (core, _) = try core(on: disk)
        let record = ShadowedTrailTests.record
        let slot = try core.open(record, durability: .memory, mayUseReserve: true)
        // Somebody cuts it, and takes its room.
        #expect(unsafe truncate(disk.path + "/ring-shadow", 0) == 0)
        try fill(disk)
        #expect(try core.close(record, slot) == 1)
        let error = #expect(throws: TrailError.self) {
            _ = try core.open(record, durability: .memory, mayUseReserve: true)
        }
        #expect(error?.remedy == "make room on the file system of the runtime directory")
        #expect(core.state.withLock { $0.troubles[.shadowing] } != nil)
        #expect(throws: LinuxError.self) { try core.shadowFreeing(slots: [slot.slot]) }
        empty(disk)
        let next = try core.open(record, durability: .memory, mayUseReserve: true)
        #expect(core.state.withLock { $0.troubles.isEmpty })
        let whole = try #require(ShadowContent(try WholeFile.read(disk.path + "/ring-shadow", limit: 1 << 16)))
        #expect(whole.entries[next.slot].state == .open && whole.lastSequence == 1)
        #expect(whole.entries.count { $0.state == .open } == 1, "the refused one left nothing behind")
    }
}
