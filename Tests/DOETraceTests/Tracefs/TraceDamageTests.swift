import DOELinux
import DOEWords
import Testing

@testable import DOETrace

@Suite("What others do to the witness' instance")
struct TraceDamageTests {
    private let files = FakeTracefs()
    private let instance: TraceInstance

    init() throws {
        instance = try TraceInstance(files)
        let functions = try KernelFixture("7.3").functions().union(["pci_bus_write_config_dword"])
        instance.add(
            ProbePlan(
                placeOf: { functions.contains($0) ? .kernel : nil }, types: try KernelFixture("7.3").types(),
                architecture: .x8664))
        for probe in instance.taken { try instance.set(.matching("off > 3"), of: probe.event) }
        try instance.set(.nothing, of: "write8")
    }

    private func mendAll() throws {
        for damage in instance.damage() { try instance.mend(damage) }
        #expect(instance.damage().isEmpty)
    }

    @Test("nothing is wrong with what nobody has touched")
    func untouched() {
        #expect(instance.damage().isEmpty)
        #expect(instance.switches.count == files.switchNames.count)
    }

    @Test("any switch that stands otherwise is seen, with both values, and put back")
    func everySwitch() throws {
        for name in files.switchNames {
            let before = files.text(name).map(TraceSwitches.value)
            files.set(name, to: "2\n")
            let change = TraceSwitches.Change(file: name, wanted: before ?? "?", found: "2")
            #expect(instance.damage() == [.switched(change)])
            #expect(ProbeDamage.switched(change).problem.contains("\(name) from '\(before ?? "?")' to '2'"))
            try mendAll()
            #expect(files.text(name).map(TraceSwitches.value) == before, "\(name)")
        }
    }

    @Test("what the kernel writes for people is no difference")
    func words() throws {
        files.set("buffer_size_kb", to: "7\n")
        files.set("set_ftrace_filter", to: "")
        files.set("trace_clock", to: "local global [mono]\n")
        #expect(instance.damage().isEmpty)
        #expect(TraceSwitches.value(of: "vfs_read\nvfs_write\n") == "vfs_read\nvfs_write")
        #expect(TraceSwitches.value(of: "no pid\n").isEmpty)
    }

    @Test("content is no switch")
    func content() {
        for name in ["trace", "error_log"] { files.set(name, to: "something else\n") }
        #expect(instance.damage().isEmpty)
    }

    @Test("a switch that the kernel does not set back is not called mended")
    func stubborn() throws {
        files.set("tracing_cpumask", to: "1\n")
        let damage = try #require(instance.damage().first)
        files.refusesSwitches = true
        #expect(throws: LinuxError.self) { try instance.mend(damage) }
    }

    @Test("a probe that is off, filtered otherwise, removed or another one under its name")
    func probes() throws {
        files.turn("doe_audit/write32", on: false, in: "doe-audit")
        try files.write("off > 4", to: "instances/doe-audit/events/doe_audit/write16/filter")
        for event in ["kernel_write", "file_write"] {
            files.turn("doe_audit/\(event)", on: false, in: "doe-audit")
            try files.write("-:doe_audit/\(event)", to: "kprobe_events", .append)
        }
        try files.write("p:doe_audit/file_write vfs_read", to: "kprobe_events", .append)
        files.turn("doe_audit/file_write", on: true, in: "doe-audit")
        #expect(
            Set(instance.damage()) == [
                .disabled(event: "write32"), .filterChanged(event: "write16", found: "off > 4"),
                .removed(event: "kernel_write"), .redefined(event: "file_write"),
            ])
        try mendAll()
        #expect(files.isOn("doe_audit/kernel_write") == true)
        #expect(files.filter("doe_audit/kernel_write") == "off > 3")
        #expect(files.isOn("doe_audit/write8") == false)
    }

    @Test("a trigger is seen and goes, whatever the kernel shows behind it")
    func triggers() throws {
        let lines = [
            "traceoff:unlimited", "disable_event:doe_audit:write8:count=5 if off > 3",
            "hist:keys=off:vals=hitcount [active]",
        ]
        for line in lines { files.trigger("doe_audit/write32", line) }
        files.trigger("doe_audit/write8", "snapshot:unlimited")
        #expect(
            Set(instance.damage()) == [
                .triggered(event: "write32", found: lines), .triggered(event: "write8", found: ["snapshot:unlimited"]),
            ])
        try mendAll()
    }

    @Test("events of others in our buffers go, with the trigger that keeps one on")
    func foreignEvents() throws {
        files.add("sched/sched_switch")
        files.add("irq/softirq_entry")
        files.turn("irq/softirq_entry", on: true, in: "doe-audit")
        files.trigger("sched/sched_switch", "traceoff:unlimited")
        files.set("tracing_on", to: "0\n")
        let damage = instance.damage()
        #expect(damage.first == .foreignEvents(["irq:softirq_entry", "sched:sched_switch"]))
        // What stopped the instance goes before the instance is started again.
        #expect(damage.last == .switched(.init(file: "tracing_on", wanted: "1", found: "0")))
        try mendAll()
    }
}
