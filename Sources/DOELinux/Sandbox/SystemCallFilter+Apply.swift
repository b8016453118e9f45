internal import CLinux
internal import SystemPackage

extension SystemCallFilter {
    /// Puts it into force for the whole process, all threads that it has and will have, and for what they start. It
    /// cannot be taken away; one that is applied later can refuse more.
    ///
    /// The process gives up gaining rights by starting a program (no_new_privs), without which the kernel takes
    /// filters from root alone. Throws where it is not in force afterwards.
    public func apply() throws(LinuxError) {
        let subject = "the filter for system calls"
        let instructions: [clinux_filter_instruction]
        do throws(ProgramError) {
            instructions = try program().map {
                clinux_filter_instruction(
                    code: $0.code, if_true: $0.ifTrue, if_false: $0.ifFalse, value: $0.value)
            }
        } catch {
            throw LinuxError("build", "\(subject) (\(error))", .notSupported)
        }
        guard let count = UInt16(exactly: instructions.count) else {
            throw LinuxError("build", subject, .argListTooLong)
        }
        guard ProcessControl.setNoNewPrivileges.ask(1) == 0 else { throw .last("prctl", "no_new_privs") }
        guard unsafe clinux_filter_calls(instructions, count) == 0 else {
            throw .last(
                "seccomp", subject, remedy: "run a kernel that has CONFIG_SECCOMP_FILTER, as distributions' kernels do")
        }
        // 2: filters are in force for the calling thread. The kernel has brought the others along, or has refused.
        guard ProcessControl.getSeccomp.ask() == 2, ProcessControl.getNoNewPrivileges.ask() == 1 else {
            throw LinuxError("apply", subject, .notPermitted)
        }
    }
}
