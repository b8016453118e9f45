internal import CLinux
internal import Glibc
internal import SystemPackage

/// A program of ours that the kernel has checked, and runs at one of its functions (BPF's fentry and fexit, Linux 5.5 and
/// later). The kernel takes it away when this goes, however the process ends.
public final class KernelProgram: Sendable {
    /// When it runs.
    public enum Moment: Sendable {
        /// As the function begins, with its arguments.
        case entry
        /// As it returns, with its arguments and what it returns.
        case exit
    }

    private let program: Descriptor
    private let attachment: Descriptor

    /// Has the kernel check it, and run it from now on. `function` is the function's number in the kernel's own types; the
    /// name has 15 letters at most.
    public init(
        _ name: String, _ instructions: [UInt64], at moment: Moment, ofFunction function: UInt32
    ) throws(LinuxError) {
        let atReturn: Int32 = moment == .exit ? 1 : 0
        let count = UInt32(instructions.count)
        let loaded = unsafe clinux_bpf_load(
            instructions, count, atReturn, function, Self.license, name, nil, 0)
        guard loaded >= 0 else {
            let reason = Errno(rawValue: errno)
            // Only now, since a log that has no room for all that the verifier says would be an error of its own.
            var log = [CChar](repeating: 0, count: 1 << 20)
            let again = unsafe clinux_bpf_load(
                instructions, count, atReturn, function, Self.license, name, &log, UInt32(log.count))
            if again >= 0 { Glibc.close(again) }
            let said = Self.lastWords(of: log).map { " (the verifier: \($0))" } ?? ""
            throw LinuxError("load", "the program \(name) into the kernel\(said)", reason)
        }
        program = Descriptor(owning: loaded)
        let attached = clinux_bpf_attach(loaded)
        guard attached >= 0 else { throw .last("attach", "the program \(name) to the kernel's function") }
        attachment = Descriptor(owning: attached)
    }

    /// How often the kernel could not run it, since it was running on that processor already.
    public func misses() throws(LinuxError) -> UInt64 {
        var misses: UInt64 = 0
        guard unsafe clinux_bpf_misses(program.number, &misses) == 0 else {
            throw .last("ask", "the kernel about a program")
        }
        return misses
    }

    /// The kernel lets only programs read its memory that may be used under the GPL. These few instructions may, and under
    /// MIT's licence, besides the project's own.
    private static let license = "Dual MIT/GPL"

    /// What the verifier said before it gave its figures.
    static func lastWords(of log: [CChar]) -> String? {
        let text = String(decoding: log.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "\n").last { !$0.hasPrefix("processed ") }.map(String.init)
    }
}
