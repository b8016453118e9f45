/// With which options the running kernel was built, as distributions leave it beside the kernel.
public struct KernelConfiguration: Hashable, Sendable {
    private let options: [String: String]

    /// The running kernel's; `nil` where the distribution left none that can be read. `/proc/config.gz` is not looked at.
    public static func running(release: String = RunningKernel.release) -> Self? {
        for path in ["/boot/config-\(release)", "/lib/modules/\(release)/config"] {
            if let bytes = try? WholeFile.read(path, limit: 4 << 20) {
                return Self(String(decoding: bytes, as: UTF8.self))
            }
        }
        return nil
    }

    /// From the file's text: `CONFIG_STRICT_DEVMEM=y`.
    public init(_ text: String) {
        var options: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("CONFIG_") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            options[String(line[..<sign])] = String(line[line.index(after: sign)...])
        }
        self.options = options
    }

    /// Whether an option is built in or a module; one that is not in the file is off.
    public func has(_ option: String) -> Bool { ["y", "m"].contains(options[option]) }
}
