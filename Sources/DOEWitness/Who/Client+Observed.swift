internal import DOELinux
internal import DOEWords

extension Client {
    /// What is known of a process that did not connect, but was seen: how it came is `none`.
    mutating func add(_ status: ThreadStatus?, process: Int32) {
        via = .none
        pid = .known(process)
        guard let status else { return }
        uid = .known(status.uid)
        groups = .known(status.groups)
    }
}
