internal import CLinux
internal import Glibc
internal import SystemPackage

/// A program of ours that the kernel has checked, and runs at one of its functions. The kernel takes it away when
/// this goes, however the process ends.
public final class KernelProgram: Sendable {
    /// When it runs, and as what. Of a function's number in the kernel's own types: BPF's fentry and fexit, Linux 5.5
    /// and later. The kernel skips such a program while a thread that it has interrupted is inside it on the same
    /// processor.
    public enum Place: Sendable {
        /// As the function begins, with its arguments.
        case entry(UInt32)
        /// As it returns, with its arguments and what it returns.
        case exit(UInt32)
        /// At a kprobe on the function's beginning, with the registers. It is never interrupted by another thread;
        /// the kernel skips it while a bpf(2) call changes a table on the same processor.
        case probe(String)
    }

    private let program: Descriptor
    private let attachment: Descriptor

    /// Has the kernel check it, and run it from now on. The name has 15 letters at most.
    public init(_ name: String, _ instructions: [UInt64], at place: Place) throws(LinuxError) {
        let (moment, function): (Int32, UInt32) =
            switch place {
            case .entry(let number): (Int32(CLINUX_BPF_AT_ENTRY), number)
            case .exit(let number): (Int32(CLINUX_BPF_AT_RETURN), number)
            case .probe: (Int32(CLINUX_BPF_AT_PROBE), 0)
            }
        let count = UInt32(instructions.count)
        let loaded = unsafe clinux_bpf_load(instructions, count, moment, function, Self.license, name, nil, 0)
        guard loaded >= 0 else {
            let reason = Errno(rawValue: errno)
            // Only now, since a log that has no room for all that the verifier says would be an error of its own.
            var log = [CChar](repeating: 0, count: 1 << 20)
            let again = unsafe clinux_bpf_load(
                instructions, count, moment, function, Self.license, name, &log, UInt32(log.count))
            if again >= 0 { Glibc.close(again) }
            let said = Self.lastWords(of: log).map { " (the verifier: \($0))" } ?? ""
            throw LinuxError("load", "the program \(name) into the kernel\(said)", reason)
        }
        program = Descriptor(owning: loaded)
        attachment = try Self.attach(loaded, name, at: place)
    }

    private static func attach(_ program: Int32, _ name: String, at place: Place) throws(LinuxError) -> Descriptor {
        let attached: Int32
        if case .probe(let function) = place {
            // The kernel numbers its kinds of events anew at each boot.
            let type = try SmallText.read("/sys/bus/event_source/devices/kprobe/type")
            guard let kind = UInt32(type), let processor = Processors.online.first else {
                throw LinuxError("read", "/sys/bus/event_source/devices/kprobe/type", .invalidArgument)
            }
            attached = unsafe clinux_bpf_probe(program, kind, Int32(processor), function)
        } else {
            attached = clinux_bpf_attach(program)
        }
        guard attached >= 0 else { throw .last("attach", "the program \(name) to the kernel's function") }
        return Descriptor(owning: attached)
    }

    /// How often the kernel could not run it. Of one at a kprobe this is counted from Linux 6.7 on.
    public func misses() throws(LinuxError) -> UInt64 {
        var misses: UInt64 = 0
        guard unsafe clinux_bpf_misses(program.number, &misses) == 0 else {
            throw .last("ask", "the kernel about a program")
        }
        return misses
    }

    /// The kernel lets only programs read its memory that may be used under the GPL. These few instructions may, and
    /// under MIT's licence, besides the project's own.
    private static let license = "Dual MIT/GPL"

    /// What the verifier said before it gave its figures.
    static func lastWords(of log: [CChar]) -> String? {
        let text = String(decoding: log.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "\n").last { !$0.hasPrefix("processed ") }.map(String.init)
    }
}
