import DOEAuditTrail
import DOELinux
import DOEObjects
import DOESimulator
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("Lines for the kernel log: the first of its kind at once, the others counted")
struct KernelLinesTests {
    private static let mailbox = MailboxName("0000:0d:00.0@190") ?? .simulated("none")
    private static let later = Clocks.monotonicMicroseconds + 60_000_000

    private static func kind(
        uid: UInt32 = 0, exe: String = "/usr/bin/a", pid: Int32 = 1, at mailbox: MailboxName = mailbox,
        object: String = "x (10de:60)", rule: String = "a.rules:1"
    ) -> KernelLineKind {
        let client = Client(
            via: .known(.unix), pid: .known(pid), uid: .known(uid), exe: .known(exe), unit: .none)
        return KernelLineKind(of: client, at: mailbox, object: object, rule: rule)
    }

    /// How many exchanges lines tell of.
    private func told(_ lines: [String]) -> Int {
        lines.reduce(0) { sum, line in
            let words = line.split(separator: " ")
            return sum + (words.count > 2 && words[2] == "more" ? Int(words[1]) ?? 0 : 1)
        }
    }

    @Test("thirty exchanges of one kind on the road are a line before the first is sent, and a count")
    func road() throws {
        let house = try House(name: Self.mailbox, capacity: 256)
        for _ in 0..<30 { #expect(try house.ask(SimulatedFunction.vendorEcho).status == "done") }
        #expect(house.kernelLines.all.count == 1)
        #expect(house.monitor.nextCounts != nil)
        house.monitor.tellingCounts(at: Self.later)?()
        let count = try #require(house.kernelLines.all.last)
        #expect(count.hasPrefix("sending 29 more within ") && count.hasSuffix(", 50-test.rules:4"), "\(count)")
        #expect(count.contains("s: \"vendor-specific object\" (10de:01) to 0000:0d:00.0@190 for uid 0"), "\(count)")
        #expect(house.kernelLines.all.count == 2 && told(house.kernelLines.all) == 30)
    }

    /// What a line says, as its reader takes it apart.
    private struct Parsed {
        var object: NaiveLine.Name?
        var what = ""
        var mailbox = ""
        var uid: UInt64?
        var exe: NaiveLine.Name?
        var pid: UInt64?
        var unit: NaiveLine.Name?
        var rule: NaiveLine.Name?

        /// `nil` where it is no such line.
        init?(_ text: String) {
            let line = NaiveLine(text)
            guard line.take("sending ") else { return nil }
            if let count = line.number() {
                guard count > 0, line.take(" more within "), line.number() != nil, line.take(" s: ") else { return nil }
            }
            object = line.name()
            guard line.take(" ("), let what = line.word(before: ") to "), line.take(") to "),
                let mailbox = line.word(before: " for uid "), line.take(" for uid ")
            else { return nil }
            (self.what, self.mailbox, uid) = (what, mailbox, line.number())
            if line.isNext(" /") || line.isNext(" \"") {
                _ = line.take(" ")
                exe = line.name()
            }
            if line.take("[") {
                pid = line.number()
                guard line.take("]") else { return nil }
            }
            if line.take(" of ") { unit = line.name() }
            guard line.take(", ") else { return nil }
            rule = line.name()
            guard rule != nil, line.isAtEnd else { return nil }
        }
    }

    @Test("whatever names are, a line says what it was made of: no name forges a field, and none pushes one out")
    func hostileNames() throws {
        var generator = SeededGenerator(seed: 41)
        for round in 0..<1_000 {
            let exe =
                generator.hostileName(path: true) + (generator.once(in: 9) ? [UInt8](repeating: 0x2f, count: 4000) : [])
            let (unit, name, rule) = (generator.hostileName(), generator.hostileName(), generator.hostileName())
            func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
            var client = Client(
                via: .known(.unix), pid: generator.once(in: 3) ? .none : .known(.max), uid: .known(.max - 1),
                unit: generator.once(in: 3) ? .none : .known(text(unit)))
            if generator.once(in: 2) { client.exe = .known(text(exe)) } else { client.exeBytes = exe }
            let what = generator.pick([
                "10de:60", "1e98:00, inject-link-poison", "ffff:ff, \(String(repeating: "w", count: 64))",
            ])
            let kind = KernelLineKind(
                of: client, at: Self.mailbox,
                object: "\(text(name).inQuotes(limit: KernelLineKind.objectNameLimit)) (\(what))",
                rule: "\(text(rule)):77")
            let facts = try #require(kind.facts)
            var folded = EventFold<KernelLineKind>.Folded(kind, at: 0)
            folded.count = .max
            let first = KernelLineKind.words(facts.object, to: facts.mailbox, for: client, facts.rule)
            for (line, who) in [(first, client), (folded.sentence, facts.client)] {
                #expect(line.utf8.count <= KernelLog.textLimit && line == line.printable, "round \(round)")
                let parsed = try #require(Parsed(line), "round \(round): \(line)")
                #expect(
                    parsed.what == what && parsed.mailbox == "\(Self.mailbox)" && parsed.uid == UInt64(UInt32.max - 1))
                #expect(parsed.pid == who.pid.value.map { UInt64($0) }, "\(line)")
                #expect(parsed.object?.isOf(text(name).utf8) == true, "\(line)")
                #expect(parsed.rule?.isOf("\(text(rule)):77".utf8) == true, "\(line)")
                #expect((parsed.unit == nil) == (who.unit == .none), "\(line)")
                if case .known(let unit) = who.unit { #expect(parsed.unit?.isOf(unit.utf8) == true, "\(line)") }
                #expect(parsed.exe?.isOf(who.exe.value.map { Array($0.utf8) } ?? exe) == true, "\(line)")
            }
        }
    }

    @Test("another client, mailbox, object or rule is another kind; another process of the same program is not")
    func kinds() {
        let lines = Lines()
        let kernelLines = KernelLines {
            lines.add($0)
            return true
        }
        let kinds = [
            Self.kind(), Self.kind(uid: 7), Self.kind(exe: "/usr/bin/b"), Self.kind(at: .simulated("y")),
            Self.kind(object: "x (10de:61)"), Self.kind(rule: "a.rules:2"),
        ]
        for kind in kinds + kinds { kernelLines.announce(kind, sentence: "first") }
        kernelLines.announce(Self.kind(pid: 2), sentence: "first")
        #expect(lines.all.count == kinds.count)
        kernelLines.finish()
        #expect(lines.all.count == 2 * kinds.count && told(lines.all) == 2 * kinds.count + 1)
        #expect(kernelLines.next == nil)
    }

    @Test("no kind is hidden behind others of its author's, however many; the memory has a bound, and the sum is right")
    func manyKinds() {
        let lines = Lines()
        let kernelLines = KernelLines {
            lines.add($0)
            return true
        }
        let limit = KindLimits.ofKernelLines.ofOwner
        for round in 0..<3 {
            for object in 0..<500 {
                kernelLines.announce(Self.kind(object: "x (10de:\(object))"), sentence: "first of \(object)")
                if round == 0 { #expect(lines.all.last == "first of \(object)") }
            }
        }
        // Those that have a place are counted from their second time on, the others have a line each time.
        #expect(lines.all.count == limit + 3 * (500 - limit))
        // They take no room from others.
        for _ in 0..<2 { kernelLines.announce(Self.kind(uid: 9), sentence: "another's") }
        #expect(lines.all.filter { $0 == "another's" }.count == 1)
        kernelLines.due(at: Self.later)?()
        #expect(lines.all.count == limit + 3 * (500 - limit) + 1 + limit + 1)
        #expect(told(lines.all) == 1_502)
    }

    @Test("a first line that the kernel did not take is tried again with the next one")
    func notTaken() {
        let lines = Lines()
        let takes = Atomic(false)
        let kernelLines = KernelLines {
            lines.add($0)
            return takes.load(ordering: .relaxed)
        }
        for _ in 0..<2 { kernelLines.announce(Self.kind(), sentence: "first") }
        takes.store(true, ordering: .relaxed)
        for _ in 0..<2 { kernelLines.announce(Self.kind(), sentence: "first") }
        #expect(lines.all == ["first", "first", "first"])
    }

    @Test("whoever waits for the next window is woken when one opens, once, and an idle one has none")
    func waking() {
        let woken = Lines()
        let kernelLines = KernelLines { _ in true }
        kernelLines.whenOpened { woken.add("woken") }
        #expect(kernelLines.next == nil)
        for pid: Int32 in 1...3 { kernelLines.announce(Self.kind(pid: pid), sentence: "first") }
        #expect(woken.all.count == 1 && kernelLines.next != nil)
        kernelLines.due(at: Self.later)?()
        // Two were counted, so another window follows; nothing comes in that.
        #expect(kernelLines.next != nil)
        #expect(kernelLines.due(at: Self.later + 2 * KindWindows<KernelLineKind>.length) == nil)
        #expect(kernelLines.next == nil)
    }
}
