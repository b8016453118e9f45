import DOEWords
import SPDMSocket
import Testing

@testable import DOEProxy

@Suite("A mailbox's TCP door")
struct TCPDoorTests {
    private func problem(_ texts: String...) -> String? {
        TCPDoor.read(texts).mistakes.first?.problem
    }

    @Test("is a mailbox, an address of this host, and a port")
    func door() throws {
        let door = try TCPDoor("0000:0d:00.0@190=127.0.0.2:2323")
        #expect(door.mailbox.description == "0000:0d:00.0@190" && door.address == "127.0.0.2" && door.port == 2323)
    }

    @Test("that other hosts could reach is refused")
    func foreign() {
        #expect(problem("sim:cxl=0.0.0.0:2323")?.contains("can be reached from other hosts") == true)
        #expect(problem("sim:cxl=192.168.1.1:2323")?.contains("can be reached from other hosts") == true)
    }

    @Test(
        "that cannot be read is refused",
        arguments: [
            "", "sim:cxl", "=127.0.0.1:1", "cxl=127.0.0.1:1", "sim:cxl=", "sim:cxl=127.0.0.1", "sim:cxl=127.0.0.1:0",
            "sim:cxl=127.0.0.1:+80", "sim:cxl=localhost:80", "sim:cxl=/run/socket", "sim:cxl=127.0.0.1:65536",
        ])
    func unreadable(text: String) {
        #expect(problem(text) != nil)
    }

    @Test("is one a mailbox and one a port")
    func twice() {
        #expect(problem("sim:a=127.0.0.1:1", "sim:b=127.0.0.1:2") == nil)
        #expect(problem("sim:a=127.0.0.1:1", "sim:a=127.0.0.1:2") == "sim:a is named twice")
        #expect(problem("sim:a=127.0.0.1:1", "sim:b=127.0.0.2:1") == "port 1 is named twice")
    }

    @Test("is told of with every mistake in all of them")
    func all() {
        let (doors, mistakes) = TCPDoor.read(["x", "sim:a=127.0.0.1:1", "sim:b=0.0.0.0:2", "sim:a=127.0.0.1:3"])
        #expect(doors.map(\.port) == [1])
        #expect(
            mistakes.map(\.problem) == [
                "'x' has no '='", "0.0.0.0 can be reached from other hosts, and nobody names a TCP client",
                "sim:a is named twice",
            ])
    }

    @Test("is for a mailbox that is served")
    func served() throws {
        let doors = TCPDoor.read(["sim:a=127.0.0.1:1"]).doors
        try TCPDoor.check(doors, against: [.simulated("b"), .simulated("a")])
        let error = #expect(throws: PlaceError.self) { try TCPDoor.check(doors, against: [.simulated("b")]) }
        #expect(error?.problem == "there is no mailbox sim:a to serve over TCP" && error?.remedy == "there are: sim:b")
    }

    @Test("has clients of whom nothing is known but how they came")
    func client() {
        let client = PeerIdentity.tcpClient
        #expect(client.via == .known(.tcp) && client.uid == .none && client.groups == .none && client.exe == .none)
    }
}
