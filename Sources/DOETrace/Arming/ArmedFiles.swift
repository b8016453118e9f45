package import DOELinux

/// What is read once the witness is armed. Nothing in it lets a probe, a filter or a watched table be changed; of the
/// rings alone the page is writable on which a reader says how far he is.
package struct ArmedFiles: Sendable {
    /// Two files each, in this order: those of each processor, and where there are programs their rings and what they
    /// count.
    package typealias Pair = (Descriptor, Descriptor)

    /// A processor's buffer, and what the kernel counts of it.
    struct Buffer: Sendable {
        let processor: Int
        let pages: Descriptor
        let statistics: Descriptor
    }

    /// What our programs tell and count.
    struct Programs: Sendable {
        let probeRing: Descriptor
        let ring: Descriptor
        let losses: Descriptor
        let writes: Descriptor
    }

    let buffers: [Buffer]
    let programs: Programs?

    /// From the pairs that go with a report.
    package init<Failure: Error>(
        of report: ArmsReport, pair: (_ index: Int) throws(Failure) -> Pair
    ) throws(Failure) {
        var buffers: [Buffer] = []
        for (index, processor) in report.processors.enumerated() {
            let (pages, statistics) = try pair(index)
            buffers.append(Buffer(processor: processor, pages: pages, statistics: statistics))
        }
        self.buffers = buffers
        guard report.ways != nil else {
            programs = nil
            return
        }
        let (probeRing, ring) = try pair(buffers.count)
        let (losses, writes) = try pair(buffers.count + 1)
        programs = Programs(probeRing: probeRing, ring: ring, losses: losses, writes: writes)
    }
}
