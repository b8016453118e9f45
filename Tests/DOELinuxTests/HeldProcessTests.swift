import Glibc
import Testing

@testable import DOELinux

@Suite("A process held by its descriptor")
struct HeldProcessTests {
    @Test("a peer that has gone is never looked up by its number: the number may be somebody else's by now")
    func goneIsNotGuessed() {
        // ESRCH is what Linux 6.5 to 6.15 answers for a peer that was reaped; this process plays the next owner.
        for error in [ESRCH, ENODATA, EMFILE, EPERM] {
            #expect(HeldProcess(peerDescriptor: -1, error: error, pid: getpid(), startedBefore: .max) == nil)
        }
    }

    @Test("a kernel without SO_PEERPIDFD is asked by number, and a process younger than the connection is not it")
    func oldKernel() throws {
        let held = try #require(
            HeldProcess(
                peerDescriptor: -1, error: ENOPROTOOPT, pid: getpid(), startedBefore: Clocks.boottimeMicroseconds))
        #expect(held.isAlive)
        let started = try #require(HeldProcess.startTime(of: getpid()))
        #expect(
            HeldProcess(peerDescriptor: -1, error: ENOPROTOOPT, pid: getpid(), startedBefore: started - 1) == nil)
        #expect(started <= Clocks.boottimeMicroseconds)
    }

    @Test("a process that does not exist has no start and cannot be held")
    func absent() {
        #expect(HeldProcess.startTime(of: Int32.max) == nil)
        #expect(
            HeldProcess(peerDescriptor: -1, error: ENOPROTOOPT, pid: Int32.max, startedBefore: .max) == nil)
    }
}
