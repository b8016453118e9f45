import DOELinux
import DOEWords
import Testing

@testable import DOETrace

@Suite("The witness' arms, on a kernel that takes probes and no programs")
struct KernelArmsTests {
    private let files = FakeTracefs()

    static func arms(_ files: FakeTracefs) throws -> KernelArms {
        let functions = try KernelFixture("7.3").functions().union(["pci_bus_write_config_dword"])
        let types = try KernelFixture("7.3").types()
        return try KernelArms(
            files, programs: { (nil, Obstacle("this kernel takes none")) },
            plan: { roles in
                ProbePlan(
                    placeOf: { functions.contains($0) ? .kernel : nil }, types: types, architecture: .x8664,
                    without: roles)
            })
    }

    private static func function(_ address: String, mailbox: UInt16 = 0x190) throws -> WatchedFunction {
        WatchedFunction(address: try #require(FunctionAddress(address)), mailboxes: [mailbox])
    }

    @Test("what is told of them is what stands in the kernel")
    func report() throws {
        let arms = try Self.arms(files)
        let watched = [try Self.function("0000:0d:00.0")]
        let report = try arms.watch(watched)
        #expect(report.probes.map { "doe_audit/\($0.event)" } == files.definedEvents)
        #expect(report.probes.allSatisfy { !$0.format.isEmpty })
        #expect(report.headerPage == FakeTracefs.headerPage && report.processors == [0, 1] && report.ways == nil)
        #expect(report.watched == watched && report.unwatched.isEmpty && report.findings.isEmpty)
        #expect(report.notes.count == 1 && report.notes[0].problem.contains("this kernel takes none"))
        #expect(report.misses?.byProbes["write32"] == 0 && !report.seesRegistersOnly)
        files.misses = 7
        #expect(try arms.check().misses?.byProbes["write32"] == 7)
        #expect(files.filter("doe_audit/write32") == #"name == "0000:0d:00.0""#)
        // What is watched in its place.
        let other = try arms.watch([Self.function("0000:0e:00.0")])
        #expect(other.watched.count == 1)
        #expect(files.filter("doe_audit/write32") == #"name == "0000:0e:00.0""#)
    }

    @Test("too many functions for a filter leave writes beside the mailboxes out, and that is told")
    func many() throws {
        let arms = try Self.arms(files)
        let functions = try (0..<200).map { try Self.function("0000:\(String($0 + 16, radix: 16)):00.0") }
        let report = try arms.watch(functions)
        #expect(report.seesRegistersOnly && report.notes.contains { $0.problem.contains("200 functions are too many") })
        #expect(try !arms.watch([functions[0]]).seesRegistersOnly)
    }

    @Test("what somebody has changed is put right by a look, and told once")
    func check() throws {
        let arms = try Self.arms(files)
        let before = try arms.watch([Self.function("0000:0d:00.0")])
        #expect(try arms.check().findings.isEmpty)
        files.turn("doe_audit/write32", on: false, in: "doe-audit")
        files.set("tracing_on", to: "0\n")
        let report = try arms.check()
        #expect(report.findings.count == 2 && report.findings.allSatisfy(\.isMended))
        #expect(report.findings.map(\.extent) == [.partly([.write32]), .blind])
        #expect(report.findings[0].obstacle.problem.contains("write32 off"))
        #expect(files.isOn("doe_audit/write32") == true && report.probes == before.probes)
        #expect(try arms.check().findings.isEmpty)
    }

    @Test("what cannot be put right is told with the reason")
    func unmended() throws {
        let arms = try Self.arms(files)
        _ = try arms.watch([Self.function("0000:0d:00.0")])
        files.set("tracing_cpumask", to: "1\n")
        files.refusesSwitches = true
        let finding = try #require(try arms.check().findings.first)
        #expect(!finding.isMended && finding.obstacle.remedy?.contains("could not be put right") == true)
    }

    @Test("the canary's read is told of for one thread and one function, and never where a mailbox is")
    func canary() throws {
        let arms = try Self.arms(files)
        let watched = try Self.function("0000:0d:00.0")
        _ = try arms.watch([watched])
        #expect(files.isOn("doe_audit/canary") == false)
        let bridge = try #require(FunctionAddress("0000:00:00.0"))
        try arms.beginCanary(at: bridge, readBy: 4711)
        #expect(files.filter("doe_audit/canary") == #"common_pid == 4711 && name == "0000:00:00.0""#)
        #expect(files.isOn("doe_audit/canary") == true)
        #expect(try arms.check().findings.isEmpty)
        arms.endCanary()
        #expect(files.isOn("doe_audit/canary") == false)
        #expect(throws: Obstacle.self) { try arms.beginCanary(at: watched.address, readBy: 1) }
        #expect(files.isOn("doe_audit/canary") == false)
    }

    @Test("the files that are read are each processor's buffer and its counts, and no others")
    func openedFiles() throws {
        let arms = try Self.arms(files)
        let report = try arms.watch([])
        #expect(arms.processors.count == 2 && report.processors.count == 2 && report.ways == nil)
        let read = try ArmedFiles(of: report) { index throws(Obstacle) in try arms.files(at: index) }
        #expect(read.buffers.map(\.processor) == [0, 1] && read.programs == nil)
        let places = [0, 1].flatMap { processor in
            ["trace_pipe_raw", "stats"].map { "instances/doe-audit/per_cpu/cpu\(processor)/\($0)" }
        }
        #expect(files.opened == places)
        for index in [-1, 2, 3, Int.max] { #expect(throws: Obstacle.self) { try arms.files(at: index) } }
        #expect(files.opened == places)
    }

    @Test("from one reader to the next nothing stops, and what was read and lost until then is told")
    func handover() throws {
        let arms = try Self.arms(files)
        let before = try arms.watch([Self.function("0000:0d:00.0")])
        files.misses = 3
        files.statistics["per_cpu/cpu1/stats"] = "overrun: 5\ncommit overrun: 1\nread events: 70\n"
        _ = try arms.check()
        // What was lost after the last look nobody has told yet.
        files.misses = 4
        files.statistics["per_cpu/cpu1/stats"] = "overrun: 9\ndropped events: 1\nread events: 75\n"
        try arms.beginCanary(at: try #require(FunctionAddress("0000:00:00.0")), readBy: 4711)
        let writes = files.writes.count
        let began = Clocks.monotonicNanoseconds
        try arms.keep()
        let ended = Clocks.monotonicNanoseconds
        files.statistics["per_cpu/cpu1/stats"] = "overrun: 9\ndropped events: 1\nread events: 77\n"
        let handover = try arms.handOver(gone: 1)
        #expect(handover.isWhole && handover.read == [0, 75] && (began...ended).contains(handover.since))
        #expect(handover.told.inBuffers == [0, 6] && handover.told.misses.byProbes["write32"] == 3)
        // The reader's canary alone went with it.
        #expect(files.isOn("doe_audit/canary") == false)
        let touched = files.writes[writes...].filter { !$0.contains("/canary/") }
        #expect(touched.isEmpty, "\(touched)")
        #expect(try arms.watch([Self.function("0000:0d:00.0")]).probes == before.probes)
        #expect(files.isOn("doe_audit/write32") == true && files.instanceNames == ["doe-audit"])
    }

    @Test("of a reader that was killed it is told when, and that what he read last may be nowhere")
    func killed() throws {
        let arms = try Self.arms(files)
        _ = try arms.watch([Self.function("0000:0d:00.0")])
        files.statistics["per_cpu/cpu0/stats"] = "read events: 11\n"
        let handover = try arms.handOver(gone: 77)
        #expect(handover.since == 77 && !handover.isOrderly && !handover.isWhole && handover.read == [11, 0])
        // Once kept, it is the next one's: he may be killed too.
        try arms.keep()
        #expect(try arms.handOver(gone: 78).isOrderly)
        #expect(try !arms.handOver(gone: 79).isOrderly)
    }

    @Test("nothing is left at the end, nor where the kernel takes no probe on writes")
    func end() throws {
        let arms = try Self.arms(files)
        _ = try arms.watch([Self.function("0000:0d:00.0")])
        try arms.disarm()
        #expect(files.definedEvents.isEmpty && files.instanceNames.isEmpty)
        let deaf = FakeTracefs { $0.contains("write_config_dword") ? "Invalid probed address" : nil }
        let refusal = #expect(throws: Obstacle.self) { try Self.arms(deaf) }
        #expect(refusal?.problem.contains("Invalid probed address") == true)
        #expect(deaf.definedEvents.isEmpty && deaf.instanceNames.isEmpty)
    }
}
