package import DOELinux
package import DOEWords

/// What takes rights when it is to be learned who somebody was: by whoever has them.
package struct ProcessSource: Sendable {
    /// Where somebody stands whom the kernel told of by its own numbers.
    package struct Place: Sendable {
        /// His control group; `nil` where it has gone, or was not learned.
        package let group: ControlGroup?
        /// The path of his program; `nil` where the host has no such file, or it was not learned.
        package let program: String?

        package init(group: ControlGroup?, program: String?) { (self.group, self.program) = (group, program) }
    }

    /// Of a control group's number and a file; `nil` where nobody has answered: he can be asked again.
    package typealias Places = @Sendable (_ group: UInt64, _ program: HostFiles.File?) -> Place?

    let place: Places
    /// What procfs and the control groups say of the process that has this number now; `nil` where nobody could say.
    let facts: @Sendable (_ process: Int32) -> ProcessFacts?
    /// His program alone, which is gone first when he ends.
    let program: @Sendable (_ process: Int32) -> Fact<String>
    /// A queue of notices of who opens files.
    let openNotices: @Sendable () throws(LinuxError) -> OpenNotices

    package init(
        place: @escaping Places, facts: @escaping @Sendable (_ process: Int32) -> ProcessFacts?,
        program: @escaping @Sendable (_ process: Int32) -> Fact<String>,
        openNotices: @escaping @Sendable () throws(LinuxError) -> OpenNotices
    ) {
        self.place = place
        self.facts = facts
        self.program = program
        self.openNotices = openNotices
    }

    /// By the rights of this process.
    package static var own: ProcessSource {
        let files = HostFiles()
        return ProcessSource(
            place: { group, program in
                Place(group: ControlGroup(number: group), program: program.flatMap(files.path))
            },
            facts: { ProcessFacts(pid: $0) }, program: { ProcessFacts.program(of: $0) },
            openNotices: { () throws(LinuxError) in try OpenNotices() })
    }
}
