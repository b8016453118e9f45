internal import DOEAuditTrail
internal import DOELinux
internal import DOERecord
internal import DOETaint
public import DOEWords

// What the witness sees, and what it does not.
extension Monitor {
    /// How long after boot a first sight may begin without taint: until then hardly more than systemd has run.
    static let graceAfterBoot: UInt64 = 120_000_000
    /// How long an orderly restart may take without taint: an update of the program does.
    static let graceForRestart: UInt64 = 30_000_000

    /// Takes what the witness has to say about its own sight: taint where something may have gone unseen, then a
    /// record. May wait for the disk.
    public func note(_ news: SightNews) {
        let now = Clocks.realtimeMicroseconds
        let letters: TaintLetters = news.mayHaveMissed(at: now) ? .witnessBlind : []
        note(Record(news, at: now, letters, new: raise(happened: letters, mailbox: nil).new))
    }
}

extension SightNews {
    /// Whether something may have happened that nobody saw.
    fileprivate func mayHaveMissed(at now: UInt64) -> Bool {
        switch self {
        case .sees(let since, .boot): now - min(since, now) > Monitor.graceAfterBoot
        case .sees(_, .restart(let length)): length > Monitor.graceForRestart
        // What found no room meanwhile is told as missed.
        case .sees(_, .handover): false
        case .sees(_, .gap): true
        case .blind: true
        case .missed(let count, _): count > 0
        }
    }
}

extension Record {
    fileprivate init(_ news: SightNews, at now: UInt64, _ letters: TaintLetters, new: TaintLetters) {
        let end = new.isEmpty ? "" : " [new taint \(new)]"
        switch news {
        case .sees(let since, let cause):
            let time = cause.time(since: Timestamp(microseconds: since))
            self.init(
                .witnessStarted, priority: letters.isEmpty ? .notice : .warning,
                message: "The witness sees what goes past the proxy; nobody looked \(time)\(end)")
            self[.status] = cause.word
            self[.first] = String(since)
            self[.last] = String(now)
        case .blind(let obstacle):
            self.init(
                .witnessBlind, priority: .error,
                message: "THE WITNESS IS BLIND: what goes past the proxy is not seen: \(obstacle.description)\(end)")
        case .missed(let count, let place):
            self.init(
                .witnessMissed, priority: .error,
                message: "The witness has missed \(count) events in \(place): exchanges may be unseen\(end)")
            self[.count] = String(count)
        }
        taint = letters
    }
}

extension UnseenCause {
    /// DOE_STATUS.
    fileprivate var word: String {
        switch self {
        case .boot: "boot"
        case .restart: "restart"
        case .handover: "handover"
        case .gap: "gap"
        }
    }

    /// When nobody looked, for a person.
    fileprivate func time(since: Timestamp) -> String {
        switch self {
        case .boot: "since boot at \(since.point)"
        case .restart(let length):
            "\(Self.seconds(length)), from \(since.point) until now: the daemon was restarted in order"
        case .handover(let length):
            "\(Self.seconds(length)), from \(since.point) until now, and the kernel kept what happened: the daemon was "
                + "restarted in order, and its probes stayed"
        case .gap: "from \(since.point) until now"
        }
    }

    private static func seconds(_ length: UInt64) -> String {
        "for \(length / 1_000_000).\(length / 100_000 % 10) s"
    }
}
