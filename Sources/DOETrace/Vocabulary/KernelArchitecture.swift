internal import Glibc

/// How the running kernel hands arguments to its functions.
package enum KernelArchitecture: Hashable, Sendable, CaseIterable {
    /// 64-bit x86.
    case x8664
    /// 64-bit ARM.
    case arm64
    /// Another one: its registers are not known here.
    case other

    /// The running kernel's (`uname -m`).
    package static var running: Self {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return .other }
        let machine = unsafe withUnsafeBytes(of: &name.machine) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return switch machine {
        case "x86_64": .x8664
        case "aarch64": .arm64
        default: .other
        }
    }

    /// The registers of a function's first arguments, as kprobe definitions spell them.
    var argumentRegisters: [String] {
        switch self {
        case .x8664: ["%di", "%si", "%dx", "%cx", "%r8", "%r9"]
        case .arm64: (0..<8).map { "%x\($0)" }
        case .other: []
        }
    }
}
