@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// A state directory that is full or read-only. Needs root, for a file system of its own.
@Suite(.enabled(if: geteuid() == 0, "needs root: it mounts a file system of its own"))
struct DiskFaultTests {
    private func trail(on disk: TinyDisk) throws -> AuditTrail {
        try AuditTrail(
            stateDirectory: disk.path,
            journal: JournalEndpoint(socket: disk.path + "/nobody", source: .directory(disk.path)),
            options: TrailCore.Options(slotCount: 8, delayLimit: .max))
    }

    private let record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")

    @Test func aFullDiskAtTheStartIsNamedAndLeavesNothingBehind() throws {
        let disk = try TinyDisk(kibibytes: 64)
        let error = #expect(throws: TrailError.self) { _ = try trail(on: disk) }
        #expect(error?.reason == .file)
        #expect(error?.remedy?.contains("make room") == true, "\(error?.description ?? "")")
        #expect(unsafe access(disk.path + "/ring", F_OK) != 0 && access(disk.path + "/ring.new", F_OK) != 0)
        try disk.remount("size=1m")
        #expect(try trail(on: disk).write(record) == 1)
    }

    @Test func aReadOnlyDiskIsNotToldToMakeRoom() throws {
        let disk = try TinyDisk(kibibytes: 1024)
        try disk.remount("ro")
        let error = #expect(throws: TrailError.self) { _ = try trail(on: disk) }
        #expect(error?.remedy?.contains("for writing") == true && error?.remedy?.contains("room") == false)
        try disk.remount("rw")
        #expect(try trail(on: disk).write(record) == 1)
        try disk.remount("ro")
        let later = #expect(throws: TrailError.self) { _ = try trail(on: disk) }
        #expect(later?.remedy?.contains("for writing") == true)
        try disk.remount("rw")
        let again = try trail(on: disk)
        #expect(again.recovery.continuity == .continued && !again.recovery.isLoss)
        #expect(try again.write(record) == 2)
    }

    @Test func aDiskThatFillsUpLaterStopsNoRecord() throws {
        let disk = try TinyDisk(kibibytes: 256)
        let trail = try trail(on: disk)
        let filling = Descriptor(owning: unsafe open(disk.path + "/filling", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        let block = [UInt8](repeating: 1, count: 4096)
        while (try? filling.write(block, subject: "filling")) != nil {}
        // Every block of the ring has been there from the start.
        for number in 1...8 {
            #expect(try trail.write(record) == UInt64(number))
        }
        #expect(trail.status.troubles.allSatisfy { !$0.contains("ring") })
    }
}
