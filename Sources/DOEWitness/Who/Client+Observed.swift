internal import DOELinux
internal import DOETrace
internal import DOEWords

extension Client {
    /// Somebody as the kernel told of him; `place` is where he stands, where that was learned.
    init(_ writer: Writer, at place: ProcessSource.Place?) {
        let (program, group) = (place?.program, place?.group)
        self.init(
            via: .none, pid: .known(writer.process), uid: .known(writer.uid), groups: .unknown,
            loginUID: writer.login == .max ? .none : .known(writer.login),
            session: writer.session == .max ? .none : .known(writer.session),
            exe: program.map { .known($0) } ?? .unknown, unit: group?.unit ?? .unknown,
            container: group?.container ?? .unknown,
            parent: writer.parent > 0 ? .known("\(writer.parent) \(writer.parentCommand)") : .none)
    }

    /// What is known of a process that did not connect, but was seen: how it came is `none`.
    mutating func add(_ status: ThreadStatus?, process: Int32) {
        via = .none
        pid = .known(process)
        guard let status else { return }
        uid = .known(status.uid)
        groups = .known(status.groups)
    }
}
