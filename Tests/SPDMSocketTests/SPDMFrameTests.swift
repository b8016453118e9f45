import SPDMSocket
import Testing

@Suite("SPDM frame")
struct SPDMFrameTests {
    @Test("three big-endian words, then the payload")
    func layout() {
        let frame = SPDMFrame(.normal, payload: [0xaa, 0xbb])
        #expect(frame.bytes == [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0xaa, 0xbb])
        #expect(SPDMFrame(.shutdown, transport: .mctp).bytes == [0, 0, 0xff, 0xfe, 0, 0, 0, 1, 0, 0, 0, 0])
    }

    @Test("a refusal is an empty normal frame")
    func refusal() {
        #expect(SPDMFrame.refusal.bytes == [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0])
    }

    @Test("the hello is what emulators wait for")
    func hello() {
        #expect(SPDMFrame.clientHello.bytes.prefix(4) == [0, 0, 0xde, 0xad])
        #expect(SPDMFrame.clientHello.payload == Array("Client Hello!".utf8) + [0])
        #expect(SPDMFrame.serverHello.payload == Array("Server Hello!".utf8) + [0])
    }

    @Test("commands and transports have names, or show their number")
    func names() {
        #expect(SPDMCommand.explain.rawValue == 0xd0e1)
        #expect(SPDMCommand.explain.description == "explain")
        #expect(SPDMCommand(rawValue: 0x1234).description == "0x1234")
        #expect(SPDMTransport.pciDOE.description == "PCI DOE")
        #expect(
            (2...5).map { SPDMCommand(rawValue: $0).description } == [
                "storage-send", "storage-receive", "storage-status", "0x0005",
            ])
        #expect((3...5).map { SPDMTransport(rawValue: $0).description } == ["TCP or SCSI", "NVMe", "5"])
        #expect(SPDMTransport(rawValue: 9).description == "9")
    }

    @Test(
        "addresses are a path, or a numeric address with a port",
        arguments: [
            ("/run/doe-audit/mailbox/sim:cxl.sock", .unix("/run/doe-audit/mailbox/sim:cxl.sock")),
            ("./a", .unix("./a")), ("127.0.0.1:2323", .tcp("127.0.0.1", port: 2323)),
        ] as [(String, SPDMSocketAddress)])
    func address(text: String, address: SPDMSocketAddress) {
        #expect(SPDMSocketAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(
        "anything else is no address",
        arguments: [
            "", "localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "1.2.3:4", "1.2.3.4.5:6",
            "127.0.0.1:+80", "127.0.0.1:080", "127.0.0.010:80", "256.0.0.1:1", "+1.0.0.1:1", "1..0.1:1", "::1:80",
        ])
    func noAddress(text: String) {
        #expect(SPDMSocketAddress(text) == nil)
    }
}
