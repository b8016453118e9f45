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
