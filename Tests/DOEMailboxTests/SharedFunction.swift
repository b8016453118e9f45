import DOESimulator
import DOEWords
import PCIConfig
import Synchronization

/// A simulated function that somebody else uses too: after each of our looks at the status register it is their turn.
final class SharedFunction: HeldFunction {
    private let inner: SimulatedFunction
    private let looks = Mutex(0)
    private let neighbour: @Sendable (_ look: Int, SimulatedFunction) -> Void

    init(_ inner: SimulatedFunction, neighbour: @escaping @Sendable (Int, SimulatedFunction) -> Void) {
        self.inner = inner
        self.neighbour = neighbour
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        let value = try inner.readDword(at: offset)
        if offset == SimulatedFunction.mailboxOffset + 0x0c {
            let look = looks.withLock {
                $0 += 1
                return $0
            }
            neighbour(look, inner)
        }
        return value
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try inner.writeDword(value, at: offset)
    }

    func checkAvailable() throws(ConfigSpaceError) { try inner.checkAvailable() }
    func checkStillSame() throws(ConfigSpaceError) { try inner.checkStillSame() }
    func securityManager() -> Fact<String> { inner.securityManager() }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { inner.obstacleToLease(looksAtDevice: looksAtDevice) }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { inner.identity(of: mailbox) }
}
