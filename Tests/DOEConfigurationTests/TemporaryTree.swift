import Glibc

/// A folder of its own, gone at the end of the test.
final class TemporaryTree {
    let path: String

    init() {
        var template = Array("/tmp/doe-audit-test-XXXXXX".utf8CString)
        unsafe template.withUnsafeMutableBufferPointer { _ = unsafe mkdtemp($0.baseAddress) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = unsafe nftw(path, { name, _, _, _ in unsafe name.map { unsafe remove($0) } ?? 0 }, 16, FTW_DEPTH | FTW_PHYS)
    }

    func folder(_ name: String, mode: mode_t = 0o755) -> String {
        let whole = "\(path)/\(name)"
        unsafe mkdir(whole, 0o755)
        unsafe chmod(whole, mode)
        return whole
    }

    func file(_ name: String, _ content: [UInt8], mode: mode_t = 0o644) {
        let whole = "\(path)/\(name)"
        let number = unsafe open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        _ = unsafe content.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
        close(number)
        unsafe chmod(whole, mode)
    }

    func file(_ name: String, _ content: String, mode: mode_t = 0o644) { file(name, Array(content.utf8), mode: mode) }

    func link(_ name: String, to target: String) { unsafe symlink(target, "\(path)/\(name)") }

    func pipe(_ name: String) { unsafe mkfifo("\(path)/\(name)", 0o644) }
}
