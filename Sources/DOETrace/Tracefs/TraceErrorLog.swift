internal import DOEWords

/// What the kernel's tracing says about commands that it did not take (`error_log`, its last eight).
struct TraceErrorLog {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n") }

    /// The last message about a command, without where it comes from: `BTF is not available or not supported`.
    func message(about command: String) -> String? {
        // [  229.34] trace_kprobe: error: MESSAGE
        //   Command: COMMAND
        //              ^
        for (index, line) in lines.enumerated().reversed() where index > 0 {
            guard String(line).trimmed == "Command: \(command)" else { continue }
            guard let start = lines[index - 1].firstPlace(of: "error: ") else { continue }
            return String(lines[index - 1][start.upperBound...]).trimmed
        }
        return nil
    }
}
