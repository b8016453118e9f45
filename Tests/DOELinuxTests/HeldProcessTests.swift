import Glibc
import Testing

@testable import DOELinux

@Suite("A process held by its descriptor")
struct HeldProcessTests {
    private func hold(
        error: Int32, pid: Int32 = getpid(), startedBefore time: UInt64 = .max, of socket: Descriptor
    ) -> HeldProcess? {
        HeldProcess(peerDescriptor: -1, error: error, of: socket, pid: pid, startedBefore: time)
    }

    @Test("a peer that has gone is never looked up by its number: the number may be somebody else's by now")
    func goneIsNotGuessed() throws {
        let (socket, peer) = try StreamSocket.pair()
        // ESRCH is what Linux 6.5 to 6.15 answers for a peer that was reaped; this process plays the next owner.
        for error in [ESRCH, ENODATA, EMFILE, EPERM] {
            #expect(hold(error: error, of: socket.descriptor) == nil)
        }
        _ = peer
    }

    @Test("a kernel without SO_PEERPIDFD: who has closed the connection may have left its number to another")
    func closedConnection() throws {
        let (socket, peer) = try StreamSocket.pair()
        #expect(shutdown(peer.descriptor.number, Int32(SHUT_WR)) == 0)
        #expect(hold(error: ENOPROTOOPT, of: socket.descriptor)?.isAlive == true)
        #expect(shutdown(peer.descriptor.number, Int32(SHUT_RDWR)) == 0)
        #expect(hold(error: ENOPROTOOPT, of: socket.descriptor) == nil)
    }

    @Test("a kernel without SO_PEERPIDFD is asked by number, and a process younger than the connection is not it")
    func oldKernel() throws {
        let (socket, peer) = try StreamSocket.pair()
        let held = try #require(
            hold(error: ENOPROTOOPT, startedBefore: Clocks.boottimeMicroseconds, of: socket.descriptor))
        #expect(held.isAlive)
        let started = try #require(HeldProcess.startTime(of: getpid()))
        #expect(started <= Clocks.boottimeMicroseconds)
        #expect(hold(error: ENOPROTOOPT, startedBefore: started - 1, of: socket.descriptor) == nil)
        _ = peer
    }

    @Test("a process that does not exist has no start and cannot be held")
    func absent() throws {
        let (socket, peer) = try StreamSocket.pair()
        #expect(HeldProcess.startTime(of: Int32.max) == nil)
        #expect(hold(error: ENOPROTOOPT, pid: Int32.max, of: socket.descriptor) == nil)
        _ = peer
    }
}
