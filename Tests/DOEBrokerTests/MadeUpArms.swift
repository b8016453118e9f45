import DOELinux
import DOETrace
import DOEWords
import Glibc
import Synchronization
import TestSupport

/// Arms that do nothing, and remember what they were told.
final class MadeUpArms: ArmsOfKernel {
    private struct State {
        var orders: [String] = []
        var watched: [WatchedFunction] = []
        var isKept = false
        var isTorn = false
        var isHeld = false
    }

    private let state = Mutex(State())
    let made = Mutex(0)

    var orders: [String] { state.withLock { $0.orders } }
    var watched: [WatchedFunction] { state.withLock { $0.watched } }

    private func note(_ order: String) { state.withLock { $0.orders.append(order) } }

    private var report: ArmsReport {
        ArmsReport(
            headerPage: "", processors: [0, 1], probes: [], missing: [:], ways: [.probe], watched: watched,
            seesRegistersOnly: false, notes: [])
    }

    func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport {
        note("watch")
        state.withLock { $0.watched = functions }
        return report
    }

    func check() throws(Obstacle) -> ArmsReport {
        note("check")
        return report
    }

    func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle) {
        note("canary \(function) \(thread)")
    }

    func endCanary() { note("end") }

    func disarm() throws(Obstacle) {
        note("disarm")
        if state.withLock({ $0.isHeld }) { throw Obstacle("somebody reads its buffers") }
    }

    func leave() throws(Obstacle) { note("leave") }

    func keep() throws(Obstacle) {
        note("keep")
        state.withLock { $0.isKept = true }
    }

    func handOver(gone: UInt64) throws(Obstacle) -> ArmsReport.Handover {
        note("hand over")
        let (isKept, isTorn) = state.withLock { state in
            defer { state.isKept = false }
            return (state.isKept, state.isTorn)
        }
        if isTorn { throw Obstacle("somebody took it away") }
        return ArmsReport.Handover(since: isKept ? 1 : gone, isOrderly: isKept)
    }

    /// Somebody takes the instance away.
    func tear() { state.withLock { $0.isTorn = true } }

    /// Somebody has its files open, and it is not given up.
    func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    func files(at pair: Int) throws(Obstacle) -> ArmedFiles.Pair {
        guard pair < 4 else { throw Obstacle("no such pair") }
        note("files \(pair)")
        func file() -> Descriptor { Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)) }
        return (file(), file())
    }
}

extension TemporaryDirectory {
    /// Adds to a made-up sysfs a function of 4096 bytes, with a mailbox at 0x190 or without one.
    func add(_ address: String, hasMailbox: Bool) throws {
        var space = [UInt8](repeating: 0, count: 4096)
        space.replaceSubrange(0..<4, with: [0x86, 0x80, 0x93, 0x0d])
        if hasMailbox {
            space.replaceSubrange(0x100..<0x104, with: [0x03, 0, 1, 0x19])
            space.replaceSubrange(0x190..<0x194, with: [0x2e, 0, 1, 0])
        }
        let place = "\(path)/bus/pci/devices/\(address)"
        for step in ["/bus", "/bus/pci", "/bus/pci/devices", "/bus/pci/devices/\(address)"] {
            unsafe mkdir(path + step, 0o700)
        }
        try WholeFile.write(space, to: "\(place)/config", mode: 0o600)
        try WholeFile.write(Array("D0\n".utf8), to: "\(place)/power_state", mode: 0o600)
    }
}
