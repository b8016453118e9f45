package import DOEWords

/// Arms the witness: has the kernel take our probes and programs. In this process, or in one that has the rights for
/// it.
package protocol Arming: Sendable {
    /// Watches these functions from now on. Throws where nothing would be seen of what goes past the proxy.
    func arm(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmedTrace
}

/// What was armed: who is asked to change it, how it stands, and what is read.
package struct ArmedTrace: Sendable {
    package let arms: any Arms
    package let report: ArmsReport
    package let files: ArmedFiles

    package init(_ arms: any Arms, _ report: ArmsReport, _ files: ArmedFiles) {
        (self.arms, self.report, self.files) = (arms, report, files)
    }
}

/// All that is written: probes, their switches and filters, and our programs' tables. Who reads what they tell has
/// nothing of that, and asks. Each call may wait for the kernel or for another process, and throws where that was in
/// vain.
package protocol Arms: AnyObject, Sendable {
    /// Watches these functions from now on, in place of those before. Nothing is missed of those that stay.
    func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport
    /// Compares all with how it was left, and puts right what is not.
    func check() throws(Obstacle) -> ArmsReport
    /// From now on it is told when this thread reads the first dword of this function, which is not watched.
    func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle)
    /// And from now on no more: it lies on every read of a config file. Waits for nobody.
    func endCanary()
    /// Takes all away. Whoever reads the buffers must have closed them.
    func disarm() throws(Obstacle)
    /// Whoever reads goes, in order: he has closed what he read, and told all of it. Where the arms outlive him they go
    /// on for the next one, else all is taken away.
    func leave() throws(Obstacle)
}

/// Arms that are this process' own: it has the files too.
package protocol ArmsOfKernel: Arms {
    /// The files that are read: this pair of them (``ArmedFiles``), opened anew.
    func files(at pair: Int) throws(Obstacle) -> ArmedFiles.Pair
    /// Nobody reads from now on, and all goes on.
    func keep() throws(Obstacle)
    /// Somebody reads again. `gone` is when the one before went, where that was not told of by `keep`.
    func handOver(gone: UInt64) throws(Obstacle) -> ArmsReport.Handover
}
