package import DOEWords
internal import Synchronization

/// Arms the witness in this process, which has the rights for it.
package struct OwnArming: Arming {
    package init() {}

    /// By the running kernel's own tracing.
    package func arm(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmedTrace {
        let arms = try OwnArms()
        do throws(Obstacle) {
            let report = try arms.watch(functions)
            let files = try ArmedFiles(of: report) { index throws(Obstacle) in try arms.files(at: index) }
            return ArmedTrace(arms, report, files)
        } catch {
            try? arms.disarm()
            throw error
        }
    }
}

/// The running kernel's arms, held by this process; one thread after the other.
package final class OwnArms: ArmsOfKernel {
    private let kernel: Mutex<KernelArms>

    /// Takes away what a killed daemon left, and adds probes and programs. Nothing is watched yet.
    package init() throws(Obstacle) { kernel = Mutex(try KernelArms.ofThisKernel()) }

    package func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport {
        try kernel.withLock { kernel throws(Obstacle) in try kernel.watch(functions) }
    }

    package func check() throws(Obstacle) -> ArmsReport {
        try kernel.withLock { kernel throws(Obstacle) in try kernel.check() }
    }

    package func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle) {
        try kernel.withLock { kernel throws(Obstacle) in try kernel.beginCanary(at: function, readBy: thread) }
    }

    package func endCanary() { kernel.withLock { $0.endCanary() } }

    package func disarm() throws(Obstacle) { try kernel.withLock { kernel throws(Obstacle) in try kernel.disarm() } }

    /// They end with this process.
    package func leave() throws(Obstacle) { try disarm() }

    package func keep() throws(Obstacle) { try kernel.withLock { kernel throws(Obstacle) in try kernel.keep() } }

    package func handOver(gone: UInt64) throws(Obstacle) -> ArmsReport.Handover {
        try kernel.withLock { kernel throws(Obstacle) in try kernel.handOver(gone: gone) }
    }

    package func files(at pair: Int) throws(Obstacle) -> ArmedFiles.Pair {
        try kernel.withLock { kernel throws(Obstacle) in try kernel.files(at: pair) }
    }
}
