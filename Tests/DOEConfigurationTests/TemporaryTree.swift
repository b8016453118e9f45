import Glibc

/// A folder of its own, gone at the end of the test.
final class TemporaryTree {
    let path: String
    private var made: [String] = []

    init() {
        var template = Array("/tmp/doe-audit-test-XXXXXX".utf8CString)
        unsafe template.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { _ = unsafe mkdtemp(base) }
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in made.reversed() { unsafe remove(name) }
        unsafe rmdir(path)
    }

    @discardableResult
    func folder(_ name: String, mode: mode_t = 0o755) -> String {
        let whole = note(name)
        unsafe mkdir(whole, 0o755)
        unsafe chmod(whole, mode)
        return whole
    }

    func file(_ name: String, _ content: [UInt8], mode: mode_t = 0o644) {
        let whole = note(name)
        let number = unsafe open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        _ = unsafe content.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
        close(number)
        unsafe chmod(whole, mode)
    }

    func file(_ name: String, _ content: String, mode: mode_t = 0o644) { file(name, Array(content.utf8), mode: mode) }

    func link(_ name: String, to target: String) { unsafe symlink(target, note(name)) }

    func pipe(_ name: String) { unsafe mkfifo(note(name), 0o644) }

    private func note(_ name: String) -> String {
        made.append("\(path)/\(name)")
        return "\(path)/\(name)"
    }
}
