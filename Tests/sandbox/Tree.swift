internal import Glibc

/// The files that are tried on. Modes are wide where Landlock has to refuse, and not the modes.
struct Tree {
    let path: String

    /// A user that nobody has.
    static let user: UInt32 = 4242

    /// As it was before the first attempt.
    func makeAnew() -> Bool {
        for name in [
            "kept/own", "kept/link", "kept/victim", "kept/device", "kept/socket", "kept/ring", "kept/new/ring",
        ] {
            unsafe unlink("\(path)/\(name)")
        }
        for name in ["new", "moved", "linked"] { unsafe unlink("\(path)/outside/\(name)") }
        for name in ["kept/new", "outside/directory"] { unsafe rmdir("\(path)/\(name)") }
        for (name, mode) in [("", 0o755), ("kept", 0o700), ("read", 0o755), ("outside", 0o777)] as [(String, mode_t)] {
            guard unsafe mkdir("\(path)/\(name)", mode) == 0 || errno == EEXIST,
                unsafe chmod("\(path)/\(name)", mode) == 0
            else { return false }
        }
        if geteuid() == 0, unsafe chown("\(path)/kept", Self.user, Self.user) != 0 { return false }
        let files: [(String, mode_t)] = [
            ("read/file", 0o666), ("outside/anyones", 0o666), ("outside/victim", 0o666), ("outside/roots", 0o600),
        ]
        for (name, mode) in files {
            let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
            guard file >= 0, fchmod(file, mode) == 0 else { return false }
            close(file)
        }
        return hasSetuidProgram || makeSetuidProgram()
    }

    private var hasSetuidProgram: Bool { unsafe access("\(path)/outside/setuid", F_OK) == 0 }

    /// cat(1) as root, whoever starts it.
    private func makeSetuidProgram() -> Bool {
        let from = unsafe open("/bin/cat", O_RDONLY | O_CLOEXEC)
        let to = unsafe open("\(path)/outside/setuid", O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        defer {
            close(from)
            close(to)
        }
        guard from >= 0, to >= 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(from, &bytes, bytes.count)
            guard count > 0 else { return count == 0 && fchmod(to, 0o4755) == 0 }
            guard unsafe write(to, bytes, count) == count else { return false }
        }
    }
}
