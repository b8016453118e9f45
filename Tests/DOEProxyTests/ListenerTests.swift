import DOELinux
import SPDMSocket
import SystemPackage
import Testing

@testable import DOEProxy

@Suite("Taking connections")
struct ListenerTests {
    @Test("where no connection can be taken, the listener rests in place of waking the loop for ever")
    func rests() throws {
        let event = try WakeEvent()
        var fails = true
        var taken = 0
        let listener = Listener(
            event.descriptor,
            accept: { () throws(LinuxError) in
                if fails { throw LinuxError("accept", "x", .tooManyOpenFiles) }
                return try StreamSocket.pair().0
            }, welcome: { _ in taken += 1 })
        #expect(listener.interest == .readable && listener.deadline == nil)
        #expect(listener.handle(.readable))
        #expect(listener.interest == [] && listener.deadline != nil)
        fails = false
        #expect(listener.expired())
        #expect(listener.interest == .readable && listener.deadline == nil)
        #expect(listener.handle(.readable))
        #expect(taken == 1 && listener.interest == .readable)
    }
}

@Suite("How many connections there may be")
struct ConnectionLimitsTests {
    @Test("a user has a bounded share, all users together have one, and root's is its own")
    func shares() {
        let limits = ConnectionLimits()
        for _ in 0..<ConnectionLimits.perUser { #expect(limits.admit(1000)) }
        #expect(!limits.admit(1000))
        #expect(limits.admit(1001))
        var others = ConnectionLimits.perUser + 1
        for uid in UInt32(2000)... {
            guard limits.admit(uid) else { break }
            others += 1
        }
        #expect(others == ConnectionLimits.allUsers)
        for _ in 0..<ConnectionLimits.root { #expect(limits.admit(0)) }
        #expect(!limits.admit(0))
        #expect(limits.refused == 3)
        limits.release(1000)
        #expect(limits.admit(1000) && !limits.admit(1000))
    }
}
