internal import DOELinux
internal import DOEWords

// From one reader to the next: what the kernel traces meanwhile waits in its buffers and rings.
extension KernelArms {
    /// Nobody reads from now on, and all goes on.
    func keep() throws(Obstacle) {
        endCanary()
        kept = (Clocks.monotonicNanoseconds, try read())
    }

    /// Somebody reads again. Where the one before was not kept for (``keep()``), he went at `gone`.
    func handOver(gone: UInt64) throws(Obstacle) -> ArmsReport.Handover {
        endCanary()
        try checkRemains()
        defer { kept = nil }
        guard let kept else {
            return ArmsReport.Handover(since: gone, isOrderly: false, told: told, read: try read())
        }
        return ArmsReport.Handover(since: kept.since, isOrderly: true, told: told, read: kept.read)
    }

    /// What is broken, or what the reader before has spoiled, would stay so for whoever comes.
    private func checkRemains() throws(Obstacle) {
        guard !isDamaged else { throw Obstacle("what was armed could not be put right") }
        guard let programs else { return }
        let areSound = try TraceInstance.explained { () throws(LinuxError) in try programs.areRingsSound }
        guard areSound else { throw Obstacle("the reader before says that he was where nobody can be in the rings") }
    }

    /// What was lost until now, beside what could not be run.
    func losses(_ misses: ArmsReport.Misses) throws(LinuxError) -> ArmsReport.Losses {
        let unheard = try programs?.lost() ?? (reads: 0, writers: 0)
        return ArmsReport.Losses(
            inBuffers: try statistics().map(\.lost), misses: misses, reads: unheard.reads, writers: unheard.writers)
    }

    private func read() throws(Obstacle) -> [UInt64] {
        try TraceInstance.explained { () throws(LinuxError) in try statistics().map(\.read) }
    }

    private func statistics() throws(LinuxError) -> [TraceStatistics] {
        var all: [TraceStatistics] = []
        for processor in processors {
            all.append(TraceStatistics(try files.read("\(TraceInstance.directory)/per_cpu/cpu\(processor)/stats")))
        }
        return all
    }
}
