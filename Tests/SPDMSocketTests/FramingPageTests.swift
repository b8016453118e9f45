import DOEWords
import SPDMSocket
import TestSupport
import Testing

/// docs/framing.md against the code: people write clients by its numbers.
@Suite("The page of the framing")
struct FramingPageTests {
    /// What the page calls each command, in its order.
    private static let commands: [(name: String, commands: [SPDMCommand])] = [
        ("NORMAL", [.normal]), ("key update, out of band", [.updateKeys]),
        ("endpoint info, out of band", [.endpointInfo]), ("explain", [.explain]), ("describe", [.describe]),
        ("test", [.test]), ("continue", [.continue]), ("shutdown", [.shutdown]),
        ("storage send, receive, status", [.storageSend, .storageReceive, .storageStatus]),
    ]

    private func number(_ command: SPDMCommand) -> String { "0x\(command.rawValue.hex(digits: 4))" }

    @Test("has each command that has a name, with its number, and no other")
    func commands() throws {
        let rows = try DocumentTable(page: "framing.md", section: "Commands").rows
        let listed = rows.prefix { $0[0] != "others" }
        #expect(
            listed.map { [$0[0], $0[1]] }
                == Self.commands.map { [$0.commands.map(number).joined(separator: ", "), $0.name] })
        let others = try #require(rows.dropFirst(listed.count).first)
        #expect(others[2].hasPrefix("Answers \(number(.unknown)) (unknown)"))
        let numbers: ClosedRange<UInt32> = 0...0xffff
        let named = numbers.map(SPDMCommand.init).filter { $0.description != number($0) }
        #expect(Set(named) == Set(Self.commands.flatMap(\.commands) + [.unknown]))
    }

    @Test("has each transport that has a name, with its number, and no other")
    func transports() throws {
        typealias Transport = SPDMTransport
        let row = try #require(try DocumentTable(page: "framing.md", section: "Frames").rows.first { $0[0] == "4" })
        #expect(
            row[1] == "transport: \(Transport.pciDOE.rawValue) (\(Transport.pciDOE)). "
                + "\(Transport.none.rawValue) is \(Transport.none), \(Transport.mctp.rawValue) \(Transport.mctp), "
                + "\(Transport.tcpOrSCSI.rawValue) TCP to DMTF's emulators and SCSI to QEMU, "
                + "\(Transport.nvme.rawValue) \(Transport.nvme) (QEMU)")
        let numbers: ClosedRange<UInt32> = 0...0xffff
        let named = numbers.map(Transport.init).filter { $0.description != "\($0.rawValue)" }
        #expect(Set(named) == [.none, .mctp, .pciDOE, .tcpOrSCSI, .nvme])
    }
}
