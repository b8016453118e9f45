import DOELinux
import DOEWords
import SystemPackage
import Testing

@testable import DOETrace

struct TraceInstanceTests {
    private static func plan(_ kernel: String) throws -> ProbePlan {
        let functions = try KernelFixture(kernel).functions().union(["pci_bus_write_config_dword"])
        return ProbePlan(
            placeOf: { functions.contains($0) ? .kernel : nil }, types: try KernelFixture(kernel).types(),
            architecture: .x8664)
    }

    /// What the kernels of before 6.5 say of definitions that came later, in their own words.
    private static func old(_ line: String) -> String? {
        if line.contains("->") { return "Invalid fetch argument" }
        return line.hasPrefix("r") && line.contains("$arg") ? "Invalid $-variable specified" : nil
    }

    @Test("what an old kernel and a new one take of the plan")
    func taken() throws {
        let new = try TraceInstance(FakeTracefs())
        new.add(try Self.plan("7.3"))
        #expect(new.taken.allSatisfy { $0.definition.form == .names })
        #expect(new.refused.isEmpty)
        // Its responses tell already what these would.
        #expect(Set(new.taken.map(\.role)).isDisjoint(with: [.taskComplete, .kernelRequestBefore64]))

        let files = FakeTracefs { Self.old($0) }
        let old = try TraceInstance(files)
        old.add(try Self.plan("6.1"))
        #expect(Set(old.taken.map(\.definition.form)).isSubset(of: [.numbers, .names]))
        #expect(old.taken.filter { $0.role == .taskComplete }.map(\.event) == ["task_complete", "cxl_task_complete"])
        #expect(old.refused.map(\.probe.role) == [.readEnded])
        #expect(old.refused[0].refusals.map(\.reason) == ["Invalid fetch argument", "Invalid $-variable specified"])
        #expect(files.definedEvents == old.taken.map { "doe_audit/\($0.event)" })
        // Nothing is on before it has its filter.
        for probe in old.taken { #expect(files.isOn("doe_audit/\(probe.event)") == false) }
    }

    @Test("registers are tried last")
    func registers() throws {
        let instance = try TraceInstance(FakeTracefs { $0.contains("->") || $0.contains("$arg") ? "no" : nil })
        instance.add(try Self.plan("6.12"))
        #expect(instance.taken.contains { $0.definition.form == .registers && $0.role == .write32 })
        #expect(instance.refused.map(\.probe.role).contains(.readEnded))
    }

    @Test("adding again adds only what was not taken before")
    func again() throws {
        let files = FakeTracefs { $0.contains("pci_doe") ? "not yet" : nil }
        let instance = try TraceInstance(files)
        instance.add(try Self.plan("7.3"))
        let before = files.definedEvents
        #expect(!instance.refused.isEmpty)
        files.refusal = { _ in nil }
        instance.add(try Self.plan("7.3"))
        #expect(files.definedEvents.starts(with: before))
        #expect(Set(files.definedEvents).count == files.definedEvents.count)
        #expect(instance.taken.contains { $0.role == .kernelRequest })
        #expect(!instance.refused.contains { $0.probe.role == .kernelRequest })
    }

    @Test("what a killed daemon left goes, on or off, in whichever instance, and nobody else's")
    func leftovers() throws {
        let files = FakeTracefs()
        let killed = try TraceInstance(files)
        killed.add(try Self.plan("7.3"))
        for probe in killed.taken { try killed.set(.everything, of: probe.event) }
        try files.makeDirectory("instances/other")
        files.turn("doe_audit/write32", on: true, in: "other")
        files.turn("doe_audit/write8", on: true, in: "")
        try files.write("p:others/event some_function", to: "kprobe_events", .append)
        files.turn("others/event", on: true, in: "other")

        let next = try TraceInstance(files)
        #expect(files.definedEvents == ["others/event"])
        #expect(files.isOn("others/event", in: "other") == true)
        next.add(try Self.plan("7.3"))
        #expect(Set(files.definedEvents).count == files.definedEvents.count)
        try next.remove()
        #expect(files.definedEvents == ["others/event"])
        #expect(files.instanceNames == ["other"])
    }

    @Test("an instance that somebody reads cannot be made anew, and it is said what to do")
    func busy() throws {
        let files = FakeTracefs()
        _ = try TraceInstance(files)
        files.isRead = true
        let obstacle = #expect(throws: Obstacle.self) { try TraceInstance(files) }
        #expect(obstacle?.remedy?.contains("fuser") == true)
    }

    @Test("filters are set before an event is on, and taken away by a 0")
    func filters() throws {
        let files = FakeTracefs()
        let instance = try TraceInstance(files)
        instance.add(try Self.plan("7.3"))
        let start = files.writes.count
        try instance.set(.matching("off > 3"), of: "write32")
        let directory = "instances/doe-audit/events/doe_audit/write32"
        #expect(files.writes[start...] == ["\(directory)/filter off > 3", "\(directory)/enable 1"])
        #expect(files.filter("doe_audit/write32") == "off > 3")
        try instance.set(.everything, of: "write32")
        #expect(files.filter("doe_audit/write32") == "none")
        try instance.set(.nothing, of: "write32")
        #expect(files.isOn("doe_audit/write32") == false)
    }

    @Test("an instance that is gone cannot be mended, and is noticed")
    func gone() throws {
        let files = FakeTracefs()
        let instance = try TraceInstance(files)
        try files.removeDirectory("instances/doe-audit")
        guard case .unreadable = instance.damage().first else {
            Issue.record("not noticed")
            return
        }
    }

    @Test("the kernel's words about a command, among others' and older ones'")
    func errorLog() {
        let log = TraceErrorLog(
            """
            [  100.1] trace_kprobe: error: Old words
              Command: p:doe_audit/x f a=$arg1
                                       ^
            [  229.3] trace_kprobe: error: Invalid fetch argument
              Command: p:doe_audit/x f a=b:x32
                                         ^
            [  230.0] hist:sched: error: Couldn't find field
              Command: keys=x
                            ^
            [  231.1] trace_kprobe: error: New words
              Command: p:doe_audit/x f a=$arg1
            """)
        #expect(log.message(about: "p:doe_audit/x f a=b:x32") == "Invalid fetch argument")
        #expect(log.message(about: "p:doe_audit/x f a=$arg1") == "New words")
        #expect(log.message(about: "p:doe_audit/x f") == nil)
        #expect(TraceErrorLog("").message(about: "") == nil)
        #expect(TraceErrorLog("  Command: x\n").message(about: "x") == nil)
    }
}
