internal import CLinux
internal import Glibc

/// What this process may, and giving it up. Before its first thread: each of the calls is for the calling thread, and
/// for those that it starts.
public enum OwnPrivileges {
    /// A capability (capabilities(7)), by its number in linux/capability.h.
    public enum Capability: UInt64, Sendable {
        /// To look at what is behind folders that are their owners' alone.
        case readSearch = 2
        /// To look at other users' processes.
        case trace = 19
        /// To see a whole config space, and set the kernel's taint.
        case administrate = 21
    }

    /// Keeps these capabilities, as far as they are there, and no others.
    public static func keep(_ capabilities: [Capability]) throws(LinuxError) {
        let kept = capabilities.reduce(UInt64(0)) { $0 | 1 << $1.rawValue }
        guard clinux_keep_capabilities(kept) == 0 else { throw .last("capset", "the capabilities to keep") }
    }

    /// No program that is run from now on has more rights than this one (PR_SET_NO_NEW_PRIVS).
    public static func gainNoMore() throws(LinuxError) {
        guard ProcessControl.setNoNewPrivileges.ask(1) == 0 else { throw .last("prctl", "PR_SET_NO_NEW_PRIVS") }
    }

    /// Has so many descriptors at most, and leaves no memory behind in a core file.
    public static func limit(descriptors: UInt) throws(LinuxError) {
        for (resource, name, most) in [(RLIMIT_NOFILE, "RLIMIT_NOFILE", descriptors), (RLIMIT_CORE, "RLIMIT_CORE", 0)] {
            var limit = rlimit()
            guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else {
                throw .last("getrlimit", name)
            }
            // Never more than it was given: that would take another right.
            limit.rlim_max = min(limit.rlim_max, rlim_t(most))
            limit.rlim_cur = limit.rlim_max
            guard unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else {
                throw .last("setrlimit", name)
            }
        }
    }
}
