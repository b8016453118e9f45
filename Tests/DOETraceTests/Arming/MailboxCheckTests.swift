import DOELinux
import DOEWords
import Glibc
import PCIConfig
import TestSupport
import Testing

@testable import DOETrace

@Suite("Which functions have a mailbox, whatever somebody says")
struct MailboxCheckTests {
    private let folder = TemporaryDirectory()
    private var place: String { "\(folder.path)/bus/pci/devices" }

    /// A function of 4096 bytes, with a DOE capability at this offset or without one.
    private func add(_ address: String, mailbox: Int?) throws {
        var space = [UInt8](repeating: 0, count: 4096)
        space.replaceSubrange(0..<4, with: [0x86, 0x80, 0x93, 0x0d])
        // The first extended capability is at 0x100; DOE is 0x2e (PCIe r6.0 7.9.24).
        if let mailbox {
            space.replaceSubrange(0x100..<0x104, with: [0x0b, 0, 1, UInt8(mailbox >> 4)])
            space[0x102] = UInt8(1 | (mailbox & 0xf) << 4)
            space.replaceSubrange(mailbox..<mailbox + 4, with: [0x2e, 0, 1, 0])
        }
        try makeDirectories("\(place)/\(address)")
        // Beside the one that is there, so that it is another file.
        try WholeFile.write(space, to: "\(place)/\(address)/new", mode: 0o600)
        unsafe rename("\(place)/\(address)/new", "\(place)/\(address)/config")
        try WholeFile.write(Array("D0\n".utf8), to: "\(place)/\(address)/power_state", mode: 0o600)
    }

    private func address(_ text: String) throws -> FunctionAddress { try #require(FunctionAddress(text)) }

    @Test("those that have one are found with their offsets, and of the others it is said why not")
    func walk() throws {
        try add("0000:0d:00.0", mailbox: 0x190)
        try add("0000:0e:00.0", mailbox: nil)
        var check = MailboxCheck(on: PCIHost(sysfsRoot: folder.path))
        let asked = try ["0000:0e:00.0", "0000:0d:00.0", "0000:0d:00.0", "0000:7f:00.0"].map(address)
        let (watched, refused) = check.watched(of: asked)
        #expect(watched == [WatchedFunction(address: asked[1], mailboxes: [0x190])])
        #expect(
            refused.map(\.problem).sorted() == [
                "0000:0e:00.0 is not watched: it has no mailbox",
                "0000:7f:00.0 is not watched: there is no such function",
            ])
        // Once more, from what is known; and anew where it is another file.
        #expect(check.watched(of: asked).watched == watched)
        try add("0000:0d:00.0", mailbox: 0x200)
        #expect(check.watched(of: asked).watched.map(\.mailboxes) == [[0x200]])
    }

    @Test("each is looked into once while it is the same file, whether it has one or not, and whoever is named")
    func once() throws {
        try add("0000:0d:00.0", mailbox: 0x190)
        try add("0000:0e:00.0", mailbox: nil)
        var check = MailboxCheck(on: PCIHost(sysfsRoot: folder.path))
        let asked = try ["0000:0d:00.0", "0000:0e:00.0"].map(address)
        #expect(check.watched(of: asked).watched.map(\.mailboxes) == [[0x190]])
        #expect(check.watched(of: []).watched.isEmpty)
        // In its place, so that it is the same file: whoever looks into it again would see it.
        for name in ["0000:0d:00.0", "0000:0e:00.0"] {
            let file = Descriptor(owning: unsafe open("\(place)/\(name)/config", O_WRONLY | O_CLOEXEC))
            _ = unsafe pwrite(file.number, [UInt8](repeating: 0xff, count: 4096), 4096, 0)
        }
        #expect(check.watched(of: asked).watched.map(\.mailboxes) == [[0x190]])
        #expect(check.watched(of: asked).refused.map(\.problem) == ["0000:0e:00.0 is not watched: it has no mailbox"])
    }

    @Test("thousands that are not there cost a sentence, and nothing is remembered of them")
    func many() {
        var check = MailboxCheck(on: PCIHost(sysfsRoot: folder.path))
        var asked: [FunctionAddress] = []
        for number in UInt32(0)..<16_000 {
            if let address = FunctionAddress(domain: number, bus: 1, device: 2, function: 3) { asked.append(address) }
        }
        let (watched, refused) = check.watched(of: asked)
        #expect(
            watched.isEmpty && refused.count == 33 && refused[32].problem == "15968 other functions are not watched")
    }
}
