internal import DOELinux
internal import DOEMonitor

/// Until when the witness has looked, in a file that goes with the boot: so the next daemon knows how long nobody
/// did.
struct SightFile: Sendable {
    /// Until when somebody looked.
    struct Look: Hashable, Sendable {
        /// Wall clock, microseconds.
        let wall: UInt64
        /// Since boot, asleep or not, microseconds: nobody can set this clock.
        let sinceBoot: UInt64
        /// Whether the witness ended in order then, and not in the middle of its work.
        var isEnd = false
    }

    private let path: String
    private let boot: String

    /// In the directory of the daemon's runtime files. `boot` is the running kernel's boot id.
    init(in directory: String, boot: String) {
        path = "\(directory)/witness-sight"
        self.boot = boot
    }

    /// `nil` where nobody has looked since the boot, or the file cannot be read.
    var lastLook: Look? {
        guard let bytes = try? WholeFile.read(path, limit: 256) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
        guard let wall = words.first.flatMap({ UInt64($0) }) else { return nil }
        // 0.1.0 wrote the wall clock alone.
        guard words.count > 1 else { return Look(wall: wall, sinceBoot: 0) }
        guard words.count == 4, let sinceBoot = UInt64(words[1]), words[2] == boot else { return nil }
        return Look(wall: wall, sinceBoot: sinceBoot, isEnd: words[3] == "ended")
    }

    /// Somebody looked until then. Where that cannot be kept, the next daemon thinks that nobody did for longer.
    func note(_ look: Look) {
        let text = "\(look.wall) \(look.sinceBoot) \(boot) \(look.isEnd ? "ended" : "looking")\n"
        try? AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
    }
}

extension SightFile.Look {
    /// Now.
    static var now: Self { Self(wall: Clocks.realtimeMicroseconds, sinceBoot: Clocks.boottimeMicroseconds) }

    /// Since when nobody has looked, at a start, and why: `last` is the last look of the daemon before.
    func begins(after last: Self?) -> (unseenSince: UInt64, cause: UnseenCause) {
        guard let last else { return (wall &- sinceBoot, .boot) }
        guard last.isEnd, last.sinceBoot <= sinceBoot else { return (last.wall, .gap) }
        return (last.wall, .restart(microseconds: sinceBoot - last.sinceBoot))
    }
}
