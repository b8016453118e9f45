internal import CLinux
internal import SystemPackage

/// The names of the functions that the running kernel has, those of its loaded modules too (`/proc/kallsyms`, proc(5)).
///
/// Whoever must not see their addresses sees the names all the same.
public struct KernelSymbols: Sendable {
    /// Many times what a distribution's kernel has.
    private static let limit = 256 << 20

    private let text: [UInt8]

    /// Reads them, from the kernel's own procfs alone. A table without what every kernel has is an error too (ENODATA).
    public init(procfs: String = "/proc") throws(LinuxError) {
        try self.init(reading: Procfs.open("kallsyms", directory: procfs), subject: "\(procfs)/kallsyms")
    }

    /// Reads them from that file, which is open.
    public init(reading file: Descriptor, subject: String = "/proc/kallsyms") throws(LinuxError) {
        self.init(text: try file.readWhole(limit: Self.limit, subject: subject))
        // Where the kernel's code begins.
        guard has("_stext") || has("_text") else { throw LinuxError("read", subject, .noData) }
    }

    /// From lines of an address, a letter and a name, and for a module's a tab and its name in brackets.
    init(text: [UInt8]) { self.text = text }

    /// Where a function is.
    public enum Place: Hashable, Sendable {
        /// In the kernel itself.
        case kernel
        /// In a module of this name that is loaded.
        case module(String)
    }

    /// Whether there is one of this name.
    public func has(_ name: String) -> Bool { place(of: name) != nil }

    /// Where the first one of this name is; `nil` where there is none.
    public func place(of name: String) -> Place? {
        let needle = Array(" \(name)".utf8)
        var place = find(needle, from: 0)
        while let found = place {
            let end = found + needle.count
            if end == text.count || text[end] == UInt8(ascii: "\n") { return .kernel }
            if text[end] == UInt8(ascii: "\t") {
                let module = text[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
                return .module(String(decoding: module.filter { $0 != 0x5b && $0 != 0x5d }, as: UTF8.self))
            }
            place = find(needle, from: end)
        }
        return nil
    }

    /// Whether there is one whose name begins so.
    public func hasAny(startingWith start: String) -> Bool { find(Array(" \(start)".utf8), from: 0) != nil }

    private func find(_ needle: [UInt8], from start: Int) -> Int? {
        let offset = unsafe text.withUnsafeBytes { text in
            unsafe needle.withUnsafeBytes { needle in
                unsafe clinux_memmem(
                    text.baseAddress.map { unsafe $0 + start }, text.count - start, needle.baseAddress, needle.count)
            }
        }
        return offset < 0 ? nil : start + offset
    }
}
