import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

/// Users and groups that tests know.
struct TestNames: NameResolver {
    static let users: [String: UInt32] = [
        "root": 0, "alice": 1000, "bob": 1001, "20471": 1002,
        "homer": 60100, "homed-svc": 61200,
    ]
    static let groups: [String: UInt32] = ["gpu-tools": 50, "lab": 60, "domain users": 70, "1050": 80, "none": 90]

    func user(named name: String) -> NameLookup {
        name == "broken" ? .failed("no answer") : Self.users[name].map(NameLookup.id) ?? .notFound
    }

    func group(named name: String) -> NameLookup {
        name == "broken" ? .failed("no answer") : Self.groups[name].map(NameLookup.id) ?? .notFound
    }
}

/// When tests judge: 2026-11-28 17:00:00 UTC.
let testTime = Timestamp(microseconds: 1_795_885_200_000_000)

let testKernel = KernelVersion(major: 6, minor: 12)

/// A policy of one file, `t.rules`.
func policy(_ text: String, kernel: KernelVersion = testKernel) throws -> Policy {
    try Policy.load(
        files: [RuleFile(path: "/etc/t.rules", text: text)], kernel: kernel, resolver: TestNames(), generation: 7)
}

/// The errors of one file.
func errors(_ text: String) -> [RuleError] {
    do {
        _ = try policy(text)
        return []
    } catch let error as PolicyError {
        return error.errors
    } catch {
        Issue.record("unexpected error \(error)")
        return []
    }
}

/// A client whose every fact is known.
func client(
    uid: Fact<UInt32> = .known(1000), groups: Fact<[UInt32]> = .known([100]),
    exe: Fact<String> = .known("/usr/bin/tool"),
    unit: Fact<String> = .none, via: Fact<Client.Transport> = .known(.unix), loginUID: Fact<UInt32> = .none,
    container: Fact<String> = .none
) -> Client {
    Client(
        via: via, pid: .known(1), uid: uid, groups: groups, loginUID: loginUID, session: .none, exe: exe, unit: unit,
        container: container, parent: .none)
}

let cxlMailbox: MailboxIdentity = {
    guard let name = MailboxName("0000:0d:00.0@190") else { return MailboxIdentity(name: .simulated("wrong")) }
    return MailboxIdentity(
        name: name, device: .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)), pciClass: .known(0x050210),
        driver: .known("cxl_pci"), serialNumber: .known(0x1234))
}()

/// An inquiry about an object, by id.
func inquiry(
    _ object: String, client asking: Client = client(), mailbox: MailboxIdentity = cxlMailbox, road: Road = .proxy,
    mode: Mode = .production
) throws -> Inquiry {
    let id = try #require(ObjectID(object))
    var inquiry = Inquiry(road: road, mailbox: mailbox, client: asking, mode: mode, object: id)
    inquiry.time = .known(testTime)
    return inquiry
}

/// An inquiry about a whole request.
func request(
    _ object: String, payload: [UInt8] = [], client asking: Client = client(), mode: Mode = .production,
    road: Road = .proxy
) throws -> Inquiry {
    let id = try #require(ObjectID(object))
    return Inquiry(
        road: road, mailbox: cxlMailbox, client: asking, mode: mode, request: try DataObject(id, payload: payload))
}

extension Judge {
    /// A judgement by a judge that stays in force.
    func judge(_ inquiry: Inquiry, again: @escaping @Sendable () -> Circumstances) -> Judgement {
        judge(inquiry, inForce: JudgeInForce(self), again: again)
    }
}
