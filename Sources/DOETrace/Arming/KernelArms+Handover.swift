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
        defer { kept = nil }
        guard let kept else {
            return ArmsReport.Handover(since: gone, isOrderly: false, told: told, read: try read())
        }
        return ArmsReport.Handover(since: kept.since, isOrderly: true, told: told, read: kept.read)
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
