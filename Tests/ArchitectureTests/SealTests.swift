import Foundation
import Testing

/// What docs/modules.md says of the seal, tried: a program of another package is compiled against the modules as they
/// were built, and the compiler refuses each of its lines that leads past the judge.
struct SealTests {
    /// What another package may have.
    static let open = [
        "func rules() throws -> Policy { .denyAll(generation: 1) }",
        "func decide(_ judge: Judge, _ inquiry: Inquiry) -> Verdict { judge.decide(inquiry).verdict }",
        "func judge(_ policy: Policy) -> Judge { Judge(policy, enforcement: .permissive) }",
        "func mailboxes(_ host: PCIHost) throws -> [PCIFunction] { try host.functions() }",
        "func letters(_ monitor: Monitor) -> TaintLetters { monitor.ledger.snapshot.hostLetters }",
    ]

    /// Each way past the judge, a line each.
    static let shut = [
        // Making permits, and taking them apart.
        "func permit(_ judge: Judge, _ inquiry: Inquiry) { _ = judge.judge(inquiry, inForce: JudgeInForce(judge)) { Circumstances(mode: .bringUp) } }",
        "func place(_ judge: Judge) { _ = JudgeInForce(judge) }",
        "func replace(_ monitor: Monitor, _ judge: Judge) { monitor.judgeInForce.take(judge) }",
        "func request(_ permit: borrowing Permit) -> String { \"\\(permit.request)\" }",
        "func question(_ permit: borrowing Permit) -> Bool { permit.confirm() == nil }",
        "func judgement(_ judgement: inout Judgement) -> Bool { judgement.takePermit() != nil }",
        // A road of one's own.
        "func monitor(_ judge: Judge, _ trail: AuditTrail, _ ledger: TaintLedger, _ leases: LeaseKeeper) { _ = Monitor(judge: judge, trail: trail, ledger: ledger, leases: leases, warnKernelLog: { _ in true }, tellTaint: { _ in }) }",
        "func walk(_ monitor: Monitor, _ mailbox: any Mailbox, _ requester: Requester) { _ = monitor.exchange(.exchange([]), with: mailbox, for: requester) }",
        "func worker(_ mailbox: any Mailbox, _ monitor: Monitor, _ standIn: StandIn) throws { _ = try MailboxWorker(mailbox: mailbox, monitor: monitor, standIn: standIn) }",
        "func lease(_ monitor: Monitor, _ mailbox: any Mailbox, _ terms: LeaseTerms, _ client: Client) throws { _ = try monitor.startLease(of: mailbox, on: terms, for: client, obstacle: nil) }",
        "func takeUp(_ monitor: Monitor, _ mailbox: any Mailbox) throws { try monitor.takeUp([mailbox]) }",
        // Mailboxes and the machines in them.
        "func register(_ function: any HeldFunction, _ judge: JudgeInForce) { _ = RegisterMailbox(name: .simulated(\"x\"), function: function, capability: 0x100, obeying: judge) }",
        "func remote(_ peer: SPDMPeer, _ judge: JudgeInForce) { _ = RemoteMailbox(name: .remote(\"x\"), peer: peer, obeying: judge) }",
        "func send(_ mailbox: RegisterMailbox, _ permit: consuming Permit) { _ = mailbox.exchange(permit) }",
        "func abort(_ mailbox: RegisterMailbox) throws { _ = try mailbox.abort() }",
        "func machine(_ request: DataObject) { _ = MailboxMachine(mailbox: .simulated(\"x\"), request: request) }",
        "func abortMachine() { _ = AbortMachine() }",
        "func action() { _ = MailboxAction<Bool>.send([0]) }",
        // Registers and peers.
        "func hold(_ function: PCIFunction) throws { _ = try function.hold() }",
        "func write(_ function: any HeldFunction) throws { try function.writeDword(1, at: 0x108) }",
        "func write(_ space: HeldConfigSpace) throws { try space.writeDwords([1], at: 0x110) }",
        "func take(_ space: any ConfigSpace) throws { _ = try space.takeDwords(1, at: 0x114) }",
        "func simulated(_ function: SimulatedFunction) throws { try function.writeDword(1, at: 0x108) }",
        "func ask(_ peer: SPDMPeer, _ frame: SPDMFrame) throws { _ = try peer.ask(frame) }",
        "func client(_ client: inout SPDMSocketClient, _ frame: SPDMFrame) throws { try client.send(frame) }",
    ]

    private static let imports = [
        "DOEAuditTrail", "DOEMailbox", "DOEMonitor", "DOEObjects", "DOEPolicy", "DOESimulator", "DOETaint", "DOEWords",
        "PCIConfig", "SPDMSocket",
    ].map { "import \($0)" }

    private static let program = imports + open + shut

    /// What the compiler finds wrong, by the line's number from 1.
    private func errors(inPackage package: String) throws -> [Int: String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Outside.swift")
        try Self.program.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let built = try Self.built()
        let compiler = Process()
        let output = Pipe()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments =
            [
                "swiftc", "-typecheck", "-swift-version", "6", "-diagnostic-style", "llvm", "-package-name", package,
                "-I", built.appendingPathComponent("Modules").path, "-module-cache-path", folder.path,
            ] + (try Self.moduleMaps(built)).flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + [file.path]
        compiler.standardError = output
        compiler.standardOutput = output
        try compiler.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        var found: [Int: String] = [:]
        for line in text.split(separator: "\n") where line.contains(": error: ") {
            let parts = line.split(separator: ":", maxSplits: 4).map(String.init)
            let number = parts.count == 5 && parts[0] == file.path ? Int(parts[1]) : nil
            // What is no line of the program's says that nothing was tried.
            found[number ?? 0, default: ""] += "\(line)\n"
        }
        if found.isEmpty, compiler.terminationStatus != 0 { found[0] = text }
        return found
    }

    /// Where the program that runs these tests was built, and the modules with it.
    private static func built() throws -> URL {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: program).deletingLastPathComponent()
    }

    /// Of the modules in C: those that SwiftPM made, our own, and the one below SystemPackage.
    private static func moduleMaps(_ built: URL) throws -> [String] {
        let sources = URL(fileURLWithPath: "\(ImportTableTests.root)/Sources")
        let ours = try [built, sources].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder.path).map(folder.appendingPathComponent)
        }
        let scratch = built.deletingLastPathComponent().deletingLastPathComponent()
        let theirs = scratch.appendingPathComponent("checkouts/swift-system/Sources/CSystem/include")
        return (ours + [theirs]).map { $0.appendingPathComponent("module.modulemap").path }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// As SwiftPM makes a package's name of its folder's: a word that C could have.
    private static var ownPackage: String {
        let folder = ImportTableTests.root.split(separator: "/").last ?? ""
        let name = String(folder.lowercased().map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
        return name.first?.isNumber == true ? "_\(name.dropFirst())" : name
    }

    @Test("another package is refused each way past the judge, and nothing else")
    func outside() throws {
        let found = try errors(inPackage: "somebody_else")
        for (index, line) in Self.program.enumerated() {
            let error = found[index + 1]
            if Self.shut.contains(line) {
                #expect(error != nil, "the compiler lets it pass: \(line)")
            } else {
                #expect(error == nil)
            }
        }
        #expect(found[0] == nil, "nothing was tried")
    }

    /// Else a line could be refused for another reason, such as a name that has changed.
    @Test("and the same lines are right inside of this package")
    func inside() throws {
        #expect(try errors(inPackage: Self.ownPackage) == [:])
    }

    // MARK: Inside of the package

    /// Where in Sources something may stand: what this package's own code does is not for the compiler to refuse.
    static let onlyPlaces: [(text: String, files: Set<String>)] = [
        ("JudgeInForce(judge)", ["DOEMonitor/Monitor.swift"]),
        (" Permit(", ["DOEPolicy/Judge.swift"]),
        ("inForce: judgeInForce", ["DOEMonitor/Monitor+Exchange.swift"]),
        ("judgeInForce.take(", ["DOEMonitor/Monitor.swift"]),
        ("mailbox.exchange(", ["DOEMonitor/Monitor+Exchange.swift"]),
        (" MailboxMachine(", ["DOEMailbox/RegisterMailbox.swift"]),
        (
            "AbortMachine(",
            [
                "DOEMailbox/RegisterMailbox.swift", "DOEMailbox/MailboxMachine+Start.swift",
                "DOEMailbox/ControlSentinel.swift",
            ]
        ),
        ("function.writeDword", ["DOEMailbox/RegisterMailbox.swift"]),
        ("function.takeDwords(", ["DOEMailbox/RegisterMailbox.swift"]),
    ]

    @Test("inside, each way has the one place that docs/modules.md names", arguments: onlyPlaces.map(\.text))
    func onePlace(text: String) throws {
        let expected = try #require(Self.onlyPlaces.first { $0.text == text }).files
        var found: Set<String> = []
        for file in try ImportTableTests.swiftFiles(below: "\(ImportTableTests.root)/Sources") {
            let source = try String(contentsOfFile: "\(ImportTableTests.root)/Sources/\(file)", encoding: .utf8)
            let lines = source.split(separator: "\n").filter { !$0.contains("///") && !$0.contains("// ") }
            if lines.contains(where: { $0.contains(text) }) { found.insert(file) }
        }
        #expect(found == expected)
    }
}
