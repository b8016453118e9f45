internal import DOELinux
internal import DOETrace
internal import DOEWords

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

    /// What is known of who looked before.
    enum Found: Hashable, Sendable {
        /// Nobody has looked since the boot.
        case nobody
        case look(Look)
        /// Something lies there that tells nothing: somebody may have looked until a moment ago, and not be believed.
        case unknown(Obstacle)
    }

    private let path: String
    private let boot: String

    /// In the directory of the daemon's runtime files. `boot` is the running kernel's boot id.
    init(in directory: String, boot: String) {
        path = "\(directory)/witness-sight"
        self.boot = boot
    }

    /// Who looked last.
    var lastLook: Found {
        let bytes: [UInt8]?
        do throws(LinuxError) {
            bytes = try OwnFile.read(path, limit: 256)
        } catch {
            return .unknown(
                Obstacle(
                    "until when the witness has looked is not known: \(error.problem)", remedy: error.remedy))
        }
        guard let bytes else { return .nobody }
        let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
        let damage = Obstacle(
            "until when the witness has looked is not known: \(path) is damaged", remedy: "find out who has changed it")
        guard let wall = words.first.flatMap({ UInt64($0) }) else { return .unknown(damage) }
        // 0.1.0 wrote the wall clock alone.
        guard words.count > 1 else { return .look(Look(wall: wall, sinceBoot: 0)) }
        guard words.count == 4, let sinceBoot = UInt64(words[1]) else { return .unknown(damage) }
        guard words[2] == boot else { return .nobody }
        return .look(Look(wall: wall, sinceBoot: sinceBoot, isEnd: words[3] == "ended"))
    }

    /// Somebody looked until then. Where that cannot be kept, the next daemon thinks that nobody did for longer.
    func note(_ look: Look) {
        let text = "\(look.wall) \(look.sinceBoot) \(boot) \(look.isEnd ? "ended" : "looking")\n"
        _ = try? AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
    }
}

extension SightFile.Look {
    /// Now.
    static var now: Self { Self(wall: Clocks.realtimeMicroseconds, sinceBoot: Clocks.boottimeMicroseconds) }

    /// Since when nobody has looked, at a start, and why: `found` is what the daemon before has left, and `arms` what is
    /// known of the probes where they were kept meanwhile.
    func begins(
        after found: SightFile.Found, armsOf arms: ArmsReport.Handover? = nil
    ) -> (unseenSince: UInt64, cause: UnseenCause) {
        let last: Self
        switch found {
        case .nobody: return (wall &- sinceBoot, .boot)
        case .unknown: return (wall &- sinceBoot, .gap)
        case .look(let look): last = look
        }
        guard last.isEnd, last.sinceBoot <= sinceBoot else { return (last.wall, .gap) }
        let length = sinceBoot - last.sinceBoot
        return (last.wall, arms?.isWhole == true ? .handover(microseconds: length) : .restart(microseconds: length))
    }
}
