import DOEWords
import TestSupport
import Testing

@testable import DOETaint

@Suite("The ledger against a naive model")
struct LedgerModelTests {
    private static let limits = LedgerLimits(fileBytes: 1 << 20, lineBytes: 900, spareBytes: 400, subjects: 5)

    /// Letters in the order in which a ledger writes them; the last two are a newer version's.
    private static let letters = ["V", "A", "VC", "CM", "N", "VA", "Z", "CGZ"]

    private static func mailbox(_ random: inout SeededGenerator) throws -> MailboxIdentity? {
        let names = [
            "0000:0d:00.0@190", "0000:0d:00.0@1b0", "0000:2a:00.0@190", "10000:e1:00.0@160", "sim:one", "sim:two",
        ]
        guard !random.once(in: 6) else { return nil }
        let serial: Fact<UInt64> = random.pick([.none, .known(0), .known(7), .known(8), .known(9), .unknown])
        let devices = [PCIDeviceID(vendor: 0x8086, device: 0xd93), PCIDeviceID(vendor: 0x10de, device: 0x2330)]
        return MailboxIdentity(
            name: try #require(MailboxName(random.pick(names))),
            device: random.pick([.known(devices[0]), .known(devices[1]), .unknown]), serialNumber: serial)
    }

    /// Whose letters are acknowledged in a step, both ways.
    private static func selection(
        _ random: inout SeededGenerator, _ model: NaiveTaint
    ) throws -> (TaintSelection, Set<String>) {
        let everybody = Set(model.unacknowledged.keys.map(\.owner))
        switch random.next() % 4 {
        case 0: return (.all, everybody)
        case 1: return (try #require(TaintSelection("host")), everybody.intersection(["host"]))
        case 2:
            let place = random.pick(["0000:0d:00.0", "0000:2a:00.0", "sim:one", "sim:two"])
            let owners = model.owners(at: place)
            let named = everybody.intersection(["mailbox \(place)"])
            return (try #require(TaintSelection(place)), owners.union(named))
        default:
            let name = random.pick(["8086:0d93:0000000000000007", "10de:2330:0000000000000008"])
            return (try #require(TaintSelection(name)), everybody.intersection(["device \(name)"]))
        }
    }

    @Test("whatever is raised, acknowledged, torn, refused and started again", arguments: 1...60 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var disk = MemoryDisk()
        var boot = String(repeating: "0", count: 32)
        func open() throws -> TaintLedger { try TaintLedger(disk, path: "taint", boot: boot, limits: Self.limits) }
        var ledger = try open()
        var model = NaiveTaint(boot: boot)
        for step in 0..<150 as Range<UInt64> {
            let before = model
            let fault: MemoryDisk.Fault? =
                switch random.next() % 8 {
                case 0: .refuses
                case 1: .cannotSync
                case 2: .dies(after: Int(random.next() % 500))
                default: nil
                }
            disk.set(fault)
            var didThrow = false
            switch random.next() % 10 {
            case 0...5:
                let letters = random.pick(Self.letters)
                let mailbox = try Self.mailbox(&random)
                let news = model.raise(letters, on: mailbox, time: step, limit: Self.limits.subjects)
                do {
                    let raised = try ledger.raise(
                        try #require(TaintLetters(anyVersion: letters)), mailbox: mailbox, time: step)
                    #expect(Set(raised.description) == Set(news), "seed \(seed), step \(step)")
                } catch {
                    didThrow = true
                }
            case 6:
                let (selection, owners) = try Self.selection(&random, model)
                model.acknowledge(owners)
                let found = ledger.snapshot.unacknowledged(of: selection)
                #expect(Set(found.map(\.subject.description)) == owners, "seed \(seed), step \(step)")
                do { _ = try ledger.acknowledge(found) } catch { didThrow = true }
            case 7:
                do { try ledger.flush() } catch { didThrow = true }
            case 8:
                disk.set(nil)
                try ledger.flush()
                if random.once(in: 3) { boot = String(repeating: String(random.next() % 10), count: 32) }
                model.begin(boot)
                ledger = try open()
            default:
                disk.set(.dies(after: 0))
                do { try ledger.flush() } catch {}
                disk = MemoryDisk(disk.bytes)
                ledger = try open()
                // Counts may lag; letters may not.
                #expect(NaiveTaint(ledger.snapshot).letters == model.letters, "seed \(seed), step \(step)")
                model = NaiveTaint(ledger.snapshot)
            }
            disk.set(nil)
            if disk.isDead {
                disk = MemoryDisk(disk.bytes)
                ledger = try open()
                // What was under way is there, or is not; what was answered is there.
                let now = NaiveTaint(ledger.snapshot)
                let may = didThrow ? [before.letters, model.letters] : [model.letters]
                #expect(may.contains(now.letters), "seed \(seed), step \(step)")
                model = now
            } else if didThrow {
                model = before
            }
            #expect(NaiveTaint(ledger.snapshot) == model, "seed \(seed), step \(step)")
            #expect(
                Set(ledger.unacknowledgedLetters.description) == Set(model.unacknowledged.keys.map(\.letter)),
                "seed \(seed), step \(step)")
            #expect(try LedgerText(disk.bytes).torn == 0, "seed \(seed), step \(step)")
        }
    }
}
