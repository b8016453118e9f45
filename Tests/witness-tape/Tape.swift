import DOELinux
import DOEWitness
import DOEWords
import Glibc

/// The witness' probes at work, without what is made of them.
struct Tape {
    private let probes: WitnessProbes
    private let poll: EventPoll
    private let signals: SignalDescriptor
    private var decoder: EventDecoder
    private var merger = TraceMerger()
    private var generation = 0
    private var missed = MissedCounts()
    private let checkSeconds: UInt64?

    init(watching functions: [WatchedFunction], checkSeconds: UInt64?, _ signals: SignalDescriptor) throws {
        let began = Clocks.monotonicMicroseconds
        probes = try WitnessProbes.start(watching: functions)
        self.signals = signals
        self.checkSeconds = checkSeconds
        poll = try EventPoll()
        try poll.add(signals.descriptor, .readable, token: 0)
        try probes.wait(in: poll, token: 1)
        decoder = EventDecoder(probes.headerPage)
        say(
            "started in \(Clocks.monotonicMicroseconds - began) us, canary \(probes.canaryAddress?.description ?? "none")"
        )
        for probe in probes.taken { say("TAKEN \(probe.role) \(probe.definition.form) \(probe.definition)") }
        for probe in probes.refused {
            for refusal in probe.refusals { say("REFUSED \(refusal.definition): \(refusal.reason)") }
        }
        for (function, reason) in probes.missing.sorted(by: { $0.key < $1.key }) {
            say("MISSING \(function): \(reason)")
        }
        for note in probes.filterNotes { say("NOTE \(note)") }
        try learn()
        say("READY")
    }

    mutating func run() throws {
        while true {
            let timeout = min(nextCheck, merger.isWaiting ? 0 : .max)
            for event in try poll.wait(milliseconds: Int32(clamping: timeout)) where event.token == 0 {
                if let signal = signals.next(), signal != SIGHUP { return try end() }
            }
            try pass()
            for finding in probes.check() {
                say("FINDING \(finding.isMended ? "mended" : "not mended") \(finding.obstacle)")
            }
            if generation != probes.formatGeneration { try learn() }
            try tellMissed()
        }
    }

    /// Milliseconds.
    private var nextCheck: UInt64 {
        if let checkSeconds { return checkSeconds * 1000 }
        let now = Clocks.monotonicMicroseconds
        return probes.nextCheck > now ? (probes.nextCheck - now) / 1000 + 1 : 1
    }

    private mutating func learn() throws {
        decoder.forget()
        for probe in probes.taken { try decoder.learn(try EventFormat(probe.format), as: probe.role) }
        generation = probes.formatGeneration
    }

    private mutating func pass() throws {
        let began = Clocks.monotonicMicroseconds * 1000
        var events: [TracedEvent] = []
        var isMore = true
        while isMore {
            isMore = try probes.pass { page, processor in
                let reading = decoder.decode(page: page, into: &events)
                if reading.missed != .none || reading.damage != nil { say("PAGE cpu\(processor) \(reading)") }
            }
        }
        for event in merger.merge(events, began: began) {
            if case .canary = event.access { probes.sawCanary(at: event.time) }
            say("EVENT \(event.time / 1000) \(event.thread) \(event.access)")
        }
        if !decoder.unreadable.isEmpty { say("UNREADABLE \(decoder.unreadable)") }
    }

    private mutating func tellMissed() throws {
        let now = try probes.missed()
        if now.total != missed.total { say("MISSED \(now.inBuffers) \(now.byProbes.filter { $0.value > 0 })") }
        missed = now
    }

    private mutating func end() throws {
        try pass()
        try tellMissed()
        try probes.stop(poll)
        say("STOPPED")
    }
}

/// Prints a line at once, wherever it goes.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
