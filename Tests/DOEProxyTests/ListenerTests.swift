import DOELinux
import SPDMSocket
import SystemPackage
import Testing

@testable import DOEProxy

@Suite("Taking connections")
struct ListenerTests {
    @Test("many are taken in a turn, and not all")
    func batch() throws {
        var waiting = Listener.batch + 1
        var taken = 0
        let listener = Listener(
            try WakeEvent().descriptor,
            accept: { () throws(LinuxError) in
                guard waiting > 0 else { return nil }
                waiting -= 1
                return try StreamSocket.pair().0
            },
            welcome: { _ in taken += 1 })
        #expect(listener.handle(.readable) && taken == Listener.batch)
        #expect(listener.handle(.readable) && taken == Listener.batch + 1)
    }

    @Test("where no connection can be taken, the listener rests in place of waking the loop for ever")
    func rests() throws {
        let event = try WakeEvent()
        var fails = true
        var taken = 0
        let listener = Listener(
            event.descriptor,
            accept: { () throws(LinuxError) in
                if fails { throw LinuxError("accept", "x", .tooManyOpenFiles) }
                guard taken == 0 else { return nil }
                return try StreamSocket.pair().0
            },
            welcome: { _ in taken += 1 })
        #expect(listener.interest == .readable && listener.deadline == nil)
        #expect(listener.handle(.readable))
        #expect(listener.interest == [] && listener.deadline != nil)
        fails = false
        #expect(listener.expired())
        #expect(listener.interest == .readable && listener.deadline == nil)
        #expect(listener.handle(.readable))
        #expect(taken == 1 && listener.interest == .readable)
    }

    @Test("where none is to be taken it takes no further one until the time that it is told")
    func turnsAway() throws {
        var taken = 0
        let listener = Listener(
            try WakeEvent().descriptor, restEnd: { taken < 5 ? nil : 4_711 },
            accept: { () throws(LinuxError) in try StreamSocket.pair().0 }, welcome: { _ in taken += 1 })
        #expect(listener.handle(.readable) && taken == 5)
        #expect(listener.interest == [] && listener.deadline == 4_711)
        #expect(listener.expired() && listener.interest == .readable)
        #expect(listener.handle(.readable) && taken == 5 && listener.interest == [])
    }

    @Test("none is taken for which no descriptors are left, and the trouble is told where one waits")
    func shortage() throws {
        var (left, taken, troubles) = (3, 0, 0)
        let listener = Listener(
            try WakeEvent().descriptor,
            shortage: { left > 0 ? nil : LinuxError("accept", "x", .tooManyOpenFiles) },
            accept: { () throws(LinuxError) in try StreamSocket.pair().0 },
            failed: { _ in troubles += 1 },
            welcome: { _ in (left, taken) = (left - 1, taken + 1) })
        #expect(listener.handle(.readable) && taken == 3 && troubles == 0 && listener.interest == .readable)
        #expect(listener.handle(.readable) && taken == 3 && troubles == 1 && listener.interest == [])
        left = 1
        #expect(listener.expired() && listener.handle(.readable) && taken == 4)
    }
}
