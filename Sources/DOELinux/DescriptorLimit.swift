internal import Glibc

/// How many descriptors this process may have.
public enum DescriptorLimit {
    /// Raises the soft limit to the hard one, and returns what it is then. A program that asks for it can have that
    /// much: the low soft limit is there for those that use select(2), see setrlimit(2) of systemd.exec(5).
    @discardableResult
    public static func raise() -> Int {
        guard var limit = inForce else { return standard }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// What it is now.
    public static var current: Int { inForce.map { Int(clamping: $0.rlim_cur) } ?? standard }

    /// Linux's own.
    private static let standard = 1024

    private static var inForce: rlimit? {
        var limit = rlimit()
        return unsafe getrlimit(resource, &limit) == 0 ? limit : nil
    }

    /// What to do where it does not suffice.
    public static let remedy =
        "raise the limit of open files: LimitNOFILE= in the service's unit, ulimit -Hn where it was started by hand"

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
}
