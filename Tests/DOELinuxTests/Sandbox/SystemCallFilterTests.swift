import SystemPackage
import Testing

@testable import DOELinux

@Suite("A filter for system calls")
struct SystemCallFilterTests {
    static let filters: [(name: String, filter: SystemCallFilter)] = [
        ("superfluous", .superfluous), ("daemon", .daemon(tcp: false)), ("daemon with TCP", .daemon(tcp: true)),
        ("broker", .broker),
    ]

    private let architecture = SystemCall.architecture ?? 0

    @Test("a program answers to every number there is as its list says, whatever the arguments are")
    func programsSayWhatListsSay() throws {
        let samples: [UInt64] = [
            0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 15, 16, 17, 22, 28, 38, 0x5412, 0x541c, 0x10000, 0x1000_0000, 0x1001_0000,
            0x102, 0x3d0f00, 1 << 32, (1 << 32) + 2, (1 << 32) + 5, .max,
        ]
        for (name, filter) in Self.filters {
            let program = try filter.program()
            // The kernel takes so many (BPF_MAXINSNS).
            #expect(program.count < 4096, "\(name)")
            let calls = Dictionary(
                filter.entries.keys.compactMap { call in call.number.map { ($0, call) } }, uniquingKeysWith: { $1 })
            for number in 0...SystemCall.newestNumber {
                let call = calls[number] ?? "no call of the list"
                for sample in samples {
                    for argument in 0..<4 {
                        var arguments = [UInt64](repeating: 0, count: 6)
                        arguments[argument] = sample
                        let answer = FilterMachine.answer(
                            of: program, to: .init(architecture: architecture, number: number, arguments: arguments))
                        let wanted = filter.answer(to: call, arguments).code
                        if answer != wanted {
                            Issue.record(
                                "\(name): \(call.name) (\(number)) \(arguments): \(answer ?? 0), not \(wanted)")
                        }
                    }
                    // Without arguments that are looked at, one sample is as good as all.
                    if filter.entries[call]?.cases.isEmpty != false { break }
                }
            }
        }
    }

    @Test("a call of another kind ends the process, and one that came later does not exist")
    func foreignAndFutureCalls() throws {
        for (name, filter) in Self.filters {
            let program = try filter.program()
            for number in 0...500 as ClosedRange<UInt32> {
                for other in [0x4000_0003, 0, architecture ^ 1] as [UInt32] {
                    let answer = FilterMachine.answer(of: program, to: .init(architecture: other, number: number))
                    #expect(answer == SystemCallFilter.Answer.kill.code, "\(name)")
                }
                let answer = FilterMachine.answer(
                    of: program, to: .init(architecture: architecture, number: 1 << 30 | number))
                #expect(answer == SystemCallFilter.Answer.kill.code, "\(name)")
            }
            for number in [SystemCall.newestNumber + 1, 1000, (1 << 30) - 1] as [UInt32] {
                let answer = FilterMachine.answer(of: program, to: .init(architecture: architecture, number: number))
                #expect(answer == SystemCallFilter.Answer.refuse(.noFunction).code, "\(name)")
            }
        }
    }

    @Test("every name of a list is a call's; one that is none is a mistake, and no gap")
    func names() throws {
        for (name, filter) in Self.filters {
            for call in filter.entries.keys { #expect(call.isKnown, "\(name): \(call.name)") }
        }
        let mistaken = SystemCallFilter(toOthers: .allow).with(.kill, to: ["ptrcae"])
        #expect(throws: SystemCallFilter.ProgramError.unknownCall("ptrcae")) { _ = try mistaken.program() }
        #expect(SystemCall("openat").number != nil && SystemCall("ptrcae").number == nil)
    }

    @Test("no list of ours lets anybody do what the others are for")
    func nothingIsForgotten() {
        let never: [SystemCall] =
            SystemCall.neverHonest + SystemCall.programs + SystemCall.detours + SystemCall.namespaces + SystemCall.keys
            + SystemCall.otherProcesses + SystemCall.hostSettings + ["clone3"]
        for (name, filter) in Self.filters {
            // The broker has to tell a process that was forked from its parent.
            for call in never where name != "broker" || call != "kcmp" {
                #expect(filter.answer(to: call) != .allow, "\(name): \(call.name)")
            }
        }
        for call in ["setresuid", "setgroups", "capset", "kill", "seccomp", "truncate", "linkat"] as [SystemCall] {
            #expect(SystemCallFilter.daemon(tcp: true).answer(to: call) == .refuse(.notPermitted), "\(call.name)")
        }
    }

    @Test("of BPF the daemon has the elements of maps, and nothing else")
    func commandsOfBPF() {
        let filter = SystemCallFilter.daemon(tcp: false)
        for command in 0...60 as ClosedRange<UInt64> {
            let isAllowed = filter.answer(to: "bpf", [command]) == .allow
            #expect(isAllowed == [1].contains(command), "\(command)")
        }
    }

    @Test("the daemon cannot end with the status after which its unit leaves it down")
    func statusOfTheEnd() {
        for call in ["exit", "exit_group"] as [SystemCall] {
            for status in [2, 0x102, 0xffff_ff02, 1 << 32 | 2] as [UInt64] {
                #expect(SystemCallFilter.daemon(tcp: true).answer(to: call, [status]) == .kill, "\(status)")
            }
            for status in [0, 1, 3, 0x200, 0xff] as [UInt64] {
                #expect(SystemCallFilter.daemon(tcp: false).answer(to: call, [status]) == .allow, "\(status)")
            }
        }
    }

    @Test("of BPF the broker has what it makes, and neither pins nor attaches what others made")
    func commandsOfBroker() {
        for command in 0...60 as ClosedRange<UInt64> {
            let isAllowed = SystemCallFilter.broker.answer(to: "bpf", [command]) == .allow
            #expect(isAllowed == [0, 1, 2, 3, 5, 14, 15, 17].contains(command), "\(command)")
        }
    }
}
