package import DOESimulator
package import DOEWords
package import PCIConfig
internal import Synchronization

/// A simulated function that something happens to while it is driven: after each of our looks at the status register
/// it is somebody else's turn.
package final class SharedFunction: HeldFunction {
    /// The function, for whoever's turn it is.
    package let inner: SimulatedFunction
    private let looks = Mutex(0)
    private let driver = Mutex<String?>(nil)
    private let atKernelCDAT: @Sendable () -> Void
    private let neighbour: @Sendable (_ look: Int, SharedFunction) -> Void

    /// A function that is shared with this neighbour, who is told the number of the look, from 1. `atKernelCDAT` is
    /// done whenever the kernel's copy of the CDAT is read.
    package init(
        _ inner: SimulatedFunction, atKernelCDAT: @escaping @Sendable () -> Void = {},
        neighbour: @escaping @Sendable (_ look: Int, SharedFunction) -> Void
    ) {
        self.inner = inner
        self.atKernelCDAT = atKernelCDAT
        self.neighbour = neighbour
    }

    /// From now on this driver is bound.
    package func bind(_ name: String) { driver.withLock { $0 = name } }

    /// Reads, and gives the neighbour a turn where it was the status register.
    package func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        let value = try inner.readDword(at: offset)
        if offset == SimulatedFunction.mailboxOffset + 0x0c {
            let look = looks.withLock {
                $0 += 1
                return $0
            }
            neighbour(look, self)
        }
        return value
    }

    /// As the function has it, but for a driver that was bound.
    package func identity(of mailbox: MailboxName) -> MailboxIdentity {
        var identity = inner.identity(of: mailbox)
        if let name = driver.withLock({ $0 }) { identity.driver = .known(name) }
        return identity
    }

    /// Writes to the function.
    package func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try inner.writeDword(value, at: offset)
    }

    /// As the function has it.
    package func kernelCDAT() throws(Obstacle) -> [UInt8]? {
        atKernelCDAT()
        return try inner.kernelCDAT()
    }
    /// As the function has it.
    package func checkAvailable() throws(ConfigSpaceError) { try inner.checkAvailable() }
    /// As the function has it.
    package func checkStillSame() throws(ConfigSpaceError) { try inner.checkStillSame() }
    /// As the function has it.
    package func securityManager() -> Fact<String> { inner.securityManager() }
    /// As the function has it.
    package func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        inner.obstacleToLease(looksAtDevice: looksAtDevice)
    }
}
