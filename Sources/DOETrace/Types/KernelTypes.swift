internal import DOELinux

/// What the running kernel says about its own structures and functions: BTF, as the kernel's Documentation/bpf/btf.rst
/// has it, from `/sys/kernel/btf/vmlinux`. Offsets come from here, since they differ from kernel to kernel.
///
/// Nothing in it is trusted to be whole: what leads out of the bytes, in circles or too deep is an error.
struct KernelTypes: Sendable {
    /// Some 5 MB on a distribution's kernel.
    private static let limit = 64 << 20

    let bytes: [UInt8]
    let types: Range<Int>
    let strings: Range<Int>

    /// Those of the running kernel.
    static func running(path: String = "/sys/kernel/btf/vmlinux") throws(KernelTypesError) -> Self {
        let content: [UInt8]
        do throws(LinuxError) {
            content = try WholeFile.read(path, limit: limit)
        } catch {
            throw KernelTypesError(
                error.problem,
                remedy: error.remedy(
                    forReading: path,
                    absent: "run a kernel that was built with CONFIG_DEBUG_INFO_BTF, as distributions' are"))
        }
        return try Self(content)
    }

    /// Checks the header: magic, version, and where types and strings are.
    init(_ bytes: [UInt8]) throws(KernelTypesError) {
        let span = unsafe bytes.span.bytes
        guard span.byteCount >= 24 else { throw .damaged("it has \(span.byteCount) bytes") }
        var words: [Int] = []
        for index in 0..<6 { words.append(Int(span.littleEndianDword(at: 4 * index))) }
        // Magic 0xeb9f, version 1, no flags.
        guard words[0] == 0x0001_eb9f else { throw .damaged("it does not begin as such, in this byte order") }
        let header = words[1]
        types = (header + words[2])..<(header + words[2] + words[3])
        strings = (header + words[4])..<(header + words[4] + words[5])
        guard header >= 24, types.upperBound <= span.byteCount, strings.upperBound <= span.byteCount else {
            throw .damaged("its header leads past its end")
        }
        // The empty name, and an end for the last: so a name always ends.
        guard let last = strings.last, bytes[last] == 0, bytes[strings.lowerBound] == 0 else {
            throw .damaged("its names do not end")
        }
        self.bytes = bytes
    }

    /// Looks for members and functions, in one pass over all types.
    func facts(
        offsetsOf members: [MemberPath], argumentsOf functions: [String]
    ) throws(KernelTypesError) -> KernelTypeFacts {
        let span = unsafe bytes.span.bytes
        let search = try KernelTypeSearch(
            of: self, in: span, structures: Set(members.map(\.structure)), functions: Set(functions))
        var offsets: [MemberPath: Int] = [:]
        var arguments: [String: [String]] = [:]
        var numbers: [String: UInt32] = [:]
        var missing: [String: String] = [:]
        for member in members {
            switch try search.offset(of: member, in: span) {
            case .found(let offset): offsets[member] = offset
            case .missing(let why): missing[member.description] = why
            }
        }
        for function in functions {
            numbers[function] = search.number(of: function)
            switch try search.arguments(of: function, in: span) {
            case .found(let names): arguments[function] = names
            case .missing(let why): missing[function] = why
            }
        }
        return KernelTypeFacts(offsets: offsets, arguments: arguments, numbers: numbers, missing: missing)
    }
}
