@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// What stands in the place of a ring or a shadow, and is none.
enum OddFile: CaseIterable {
    case pipe, directory, device, socket, link, danglingLink, foreign, writable

    /// Puts it there; `whole` is a file of the right content, elsewhere.
    func put(at path: String, whole: String) throws {
        switch self {
        case .pipe: #expect(unsafe mkfifo(path, 0o600) == 0)
        case .directory: #expect(unsafe mkdir(path, 0o700) == 0 && mkdir(path + "/full", 0o700) == 0)
        case .device: #expect(unsafe mknod(path, S_IFCHR | 0o600, 0x0103) == 0)
        case .socket: #expect(unsafe mknod(path, S_IFSOCK | 0o600, 0) == 0)
        case .link: #expect(unsafe symlink(whole, path) == 0)
        case .danglingLink: #expect(unsafe symlink(path + ".nowhere", path) == 0)
        case .foreign:
            #expect(unsafe rename(whole, path) == 0 && chown(path, 12345, 12345) == 0)
        case .writable: #expect(unsafe rename(whole, path) == 0 && chmod(path, 0o666) == 0)
        }
    }

    /// A word of what is said of it, and one of what is to be done.
    var words: (problem: String, remedy: String) {
        switch self {
        case .pipe: ("a pipe", "move it away")
        case .directory: ("a directory", "move it away")
        case .device: ("a device", "move it away")
        case .socket: ("a socket", "move it away")
        case .link, .danglingLink: ("a symbolic link", "in the place of the link")
        case .foreign: ("belongs to uid 12345", "chown")
        case .writable: ("everybody may write", "chmod go-w")
        }
    }
}

@Suite(
    "What is no ring, or no shadow, is told by what it is",
    .enabled(if: geteuid() == 0, "needs root: it gives files away"))
struct OddFilesTests {
    private let directory = TemporaryDirectory()
    private var ring: String { directory.path + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }
    private var kept: String { directory.path + "/kept" }

    private func recover() throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(path: ring, TrailCore.Options(slotCount: 8, runtimeDirectory: directory.path))
    }

    private func write(isClean: Bool = false) throws {
        let (core, _) = try recover()
        let record = ShadowedTrailTests.record
        _ = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
        if isClean { try core.writeProgress(isClean: true) }
    }

    @Test("in the place of the ring", arguments: OddFile.allCases)
    func ring(_ odd: OddFile) throws {
        try write()
        #expect(unsafe rename(ring, kept) == 0)
        try odd.put(at: ring, whole: kept)
        let error = #expect(throws: TrailError.self) { _ = try recover() }
        #expect(error?.problem.contains(odd.words.problem) == true, "\(error!)")
        #expect(error?.problem.contains(ring) == true && error?.remedy?.contains(odd.words.remedy) == true, "\(error!)")
        // Who only reads does not ask whose it is.
        if [.foreign, .writable].contains(odd) {
            #expect(try RingReader.read(stateDirectory: directory.path).closed.count == 1)
        } else {
            let error = #expect(throws: TrailError.self) { _ = try RingReader.read(stateDirectory: directory.path) }
            #expect(error?.description.contains(odd.words.problem) == true, "\(error!)")
        }
    }

    @Test(
        "in the place of the shadow after a kill nothing can be shown, and it is replaced", arguments: OddFile.allCases)
    func shadow(_ odd: OddFile) throws {
        try write()
        #expect(unsafe rename(shadow, kept) == 0)
        try odd.put(at: shadow, whole: kept)
        if odd == .directory {
            let error = #expect(throws: TrailError.self) { _ = try recover() }
            #expect(
                error?.problem.contains(shadow) == true && error?.remedy?.contains("move away") == true, "\(error!)")
            #expect(unsafe rmdir(shadow + "/full") == 0 && rmdir(shadow) == 0)
            return
        }
        do {
            let (core, recovery) = try recover()
            let loss = try #require(core.state.withLock { $0.foundLosses.first })
            #expect(recovery.continuity == .unproven && loss.message.contains(odd.words.problem), "\(loss.message)")
            core.recordLoss()
            try core.writeProgress(isClean: false)
        }
        #expect(try recover().recovery.continuity == .continued)
    }

    @Test("a directory under the name of a file that is being made", arguments: ["ring.new", "ring-shadow.new"])
    func unfinished(_ name: String) throws {
        let path = "\(directory.path)/\(name)"
        #expect(unsafe mkdir(path, 0o700) == 0)
        let error = #expect(throws: TrailError.self) { _ = try recover() }
        #expect(error?.problem.contains(path) == true && error?.remedy?.contains("move away") == true, "\(error!)")
    }
}

@Suite("A ring has the size that its header says, or is damaged")
struct RingSizeTests {
    private let directory = TemporaryDirectory()
    private var ring: String { directory.path + "/ring" }
    private let whole = RingLayout.fileSize(slotCount: 8)

    private func recover() throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(path: ring, TrailCore.Options(slotCount: 8))
    }

    private func write(_ core: TrailCore) throws {
        let record = ShadowedTrailTests.record
        _ = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
    }

    private func size() throws -> Int { try WholeFile.read(ring, limit: 1 << 31).count }

    @Test(
        "shorter or longer, by however little or much",
        arguments: [
            -1, 1, -511, 511, 512, 4096, -RingLayout.slotSize, RingLayout.slotSize, 3 * RingLayout.slotSize + 1,
            1 << 26,
        ])
    func resized(_ change: Int) throws {
        do { try write(try recover().core) }
        #expect(unsafe truncate(ring, off_t(whole + change)) == 0)
        let reading = try RingReader.read(stateDirectory: directory.path)
        #expect(
            reading.closed.count == 1 && reading.lost.contains { $0.contains("\(whole + change) bytes") },
            "\(reading.lost)")
        do {
            let (core, recovery) = try recover()
            #expect(recovery.continuity == .damaged && recovery.isLoss && recovery.undelivered == 1)
            let loss = try #require(core.state.withLock { $0.foundLosses.first })
            #expect(
                loss[.status] == "ring-damaged" && loss.message.contains("\(whole + change) bytes"), "\(loss.message)")
            #expect(core.ring.slotCount == 8)
            core.recordLoss()
            try core.writeProgress(isClean: false)
            try write(core)
        }
        #expect(try size() == whole, "it is made whole")
        let (_, recovery) = try recover()
        #expect(recovery.continuity == .continued && !recovery.isLoss && recovery.undelivered == 3, "it is told once")
    }

    @Test("one larger than any ring is not read by who only reads")
    func huge() throws {
        do { try write(try recover().core) }
        #expect(unsafe truncate(ring, off_t(1) << 40) == 0)
        #expect(throws: TrailError.self) { _ = try RingReader.read(stateDirectory: directory.path) }
        #expect(try recover().recovery.continuity == .damaged)
        #expect(try size() == whole)
    }

    @Test("headers that name fewer slots than there are hide no record", arguments: [1, 2])
    func hidden(_ copies: Int) throws {
        do {
            let (core, _) = try TrailCore.recover(path: ring, TrailCore.Options(slotCount: 16))
            for _ in 0..<12 { try write(core) }
        }
        let file = try #require(FileInPlace(ring))
        for offset in RingLayout.headerOffsets.prefix(copies) {
            try file.descriptor.write(RingHeader.bytes(slotCount: 8), at: offset, subject: ring)
        }
        #expect(try RingReader.read(stateDirectory: directory.path).closed.count == 12)
        do {
            let (core, recovery) = try recover()
            #expect(recovery.isLoss && recovery.undelivered == 12)
            // Where both say fewer it has as many slots as records are found in.
            #expect(core.ring.slotCount == (copies == 1 ? 16 : 12))
            core.recordLoss()
        }
        #expect(try recover().recovery.undelivered == (copies == 1 ? 13 : 12))
    }
}
