import Glibc
import TestSupport

/// A folder of its own, gone at the end of the test.
final class TemporaryTree {
    private let directory = TemporaryDirectory()

    var path: String { directory.path }

    @discardableResult
    func folder(_ name: String, mode: mode_t = 0o755) -> String {
        let whole = whole(name)
        unsafe mkdir(whole, 0o755)
        unsafe chmod(whole, mode)
        return whole
    }

    func file(_ name: String, _ content: [UInt8], mode: mode_t = 0o644) {
        let whole = whole(name)
        let number = unsafe open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        _ = unsafe content.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
        close(number)
        unsafe chmod(whole, mode)
    }

    func file(_ name: String, _ content: String, mode: mode_t = 0o644) { file(name, Array(content.utf8), mode: mode) }

    func link(_ name: String, to target: String) { unsafe symlink(target, whole(name)) }

    func pipe(_ name: String) { unsafe mkfifo(whole(name), 0o644) }

    private func whole(_ name: String) -> String { "\(path)/\(name)" }
}
