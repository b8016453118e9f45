import DOELinux
import DOEWords
import SPDMSocket
import Testing

@testable import DOEProxy

@Suite("A connection that is over lingers")
struct LingeringConnectionTests {
    private static let refusal = SPDMFrame.refusal.bytes

    /// A client that has sent something already, and the connection that is closed on it.
    private func refused() throws -> (client: StreamSocket, connection: LingeringConnection) {
        let (client, ours) = try StreamSocket.pair()
        #expect(try client.sendAll([1, 2, 3]))
        let stream = ConnectionStream(ours)
        stream.queue(Self.refusal)
        return (client, LingeringConnection(stream, at: 7))
    }

    @Test("the client reads the refusal and the end, and may write on until it closes")
    func heard() throws {
        let (client, connection) = try refused()
        #expect(connection.handle(.readable))
        #expect(try client.readToEnd() == Self.refusal)
        #expect(try client.sendAll([4]), "the write that kills a client that was hung up on")
        #expect(connection.handle(.readable))
        #expect(client.endSending())
        #expect(!connection.handle(.readable))
    }

    @Test("it ends after a second, and after its bytes")
    func ends() throws {
        let (client, connection) = try refused()
        #expect(connection.deadline == 1_000_007 && !connection.expired())
        var (sent, goesOn) = (0, true)
        while goesOn {
            sent += try client.send(ArraySlice(repeating: 0, count: 16_384))
            goesOn = connection.handle(.readable)
            try #require(sent < 4 * LingeringConnection.mostBytes)
        }
        #expect(sent >= LingeringConnection.mostBytes - 3)
    }

    @Test("what does not fit at once is sent when there is room, before our side is shut")
    func slowClient() throws {
        let (client, ours) = try StreamSocket.pair()
        let stream = ConnectionStream(ours)
        let answer = [UInt8](repeating: 9, count: 4 << 20)
        stream.queue(answer)
        let connection = LingeringConnection(stream, at: 0)
        #expect(connection.interest.contains(.writable))
        var (received, buffer) = (0, [UInt8](repeating: 0, count: 1 << 20))
        while received < answer.count {
            guard case .bytes(let count) = try client.receive(into: &buffer) else { break }
            received += count
            #expect(connection.handle(.writable))
        }
        #expect(received == answer.count)
        #expect(try client.receive(into: &buffer) == .ended && !connection.interest.contains(.writable))
    }

    @Test("so many linger at a time, and so many of one holder; a place is free again after a second")
    func places() {
        var places = LingeringPlaces()
        func take(_ uid: UInt32, at now: UInt64) -> Bool { places.take(for: .user(uid), at: now) }
        for _ in 0..<LingeringPlaces.countOfHolder { #expect(take(1, at: 5)) }
        #expect(!take(1, at: 5))
        for uid: UInt32 in 2...4 { for _ in 0..<LingeringPlaces.countOfHolder { #expect(take(uid, at: 6)) } }
        #expect(!take(5, at: 6) && !take(1, at: 1_000_004))
        #expect(take(1, at: 1_000_005) && take(5, at: 1_000_005))
    }
}
