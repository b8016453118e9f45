internal import SystemPackage

/// The filters of our processes.
extension SystemCallFilter {
    /// For a daemon that an ordinary user tries out, which opens for itself what that user may: it takes away what no
    /// part of it needs, and leaves the rest.
    public static let superfluous = SystemCallFilter(toOthers: .allow)
        .with(.kill, to: SystemCall.neverHonest)
        .with(
            .refuse(.notPermitted),
            to: SystemCall.programs + SystemCall.detours + SystemCall.namespaces + SystemCall.keys
                + SystemCall.otherProcesses + SystemCall.hostSettings
        )
        .makingThreadsAlone()
        .runningNothingMade()
        // The name service may ask a directory over IPv6 too, where the unit does not forbid it.
        .makingSockets(of: [.unix, .inet, .inet6, .netlink])
        .typingNothing()
        .askingBPF(for: [
            .mapCreate, .mapLookUp, .mapUpdate, .mapDelete, .programLoad, .objectInformation, .rawTracepointOpen,
        ])

    /// For the daemon once it is nobody: what it makes, and nothing else. Of BPF it has tables of counts and rings that
    /// the broker made: a count is looked up, a ring is mapped. It may neither make one, nor freeze one against the broker.
    ///
    /// - Parameter tcp: whether it serves or asks anybody over TCP.
    public static func daemon(tcp: Bool) -> SystemCallFilter {
        SystemCallFilter(toOthers: .refuse(.notPermitted))
            .with(.kill, to: SystemCall.neverHonest)
            .with(
                .allow,
                to: SystemCall.memory + SystemCall.threads + SystemCall.time + SystemCall.openFiles
                    + SystemCall.findingFiles + SystemCall.keepingFiles + SystemCall.sockets + SystemCall.waiting
                    + SystemCall.ownFacts
            )
            // A client's process is held by its descriptor; the end of a broker that it has started is waited for.
            .with(.allow, to: ["pidfd_open", "wait4"])
            .makingThreadsAlone()
            .runningNothingMade()
            .makingSockets(of: tcp ? [.unix, .netlink, .inet] : [.unix, .netlink])
            .typingNothing()
            .askingBPF(for: [.mapLookUp])
            .askingItselfLittle()
            .makingNoSetUserID()
            // RestartPreventExitStatus= in the unit.
            .neverEnding(with: 2)
    }

    /// For the broker: it opens files for the daemon, sets probes and loads programs, knows processes by their
    /// descriptors and control groups by their numbers, and asks the name service. It has no network and starts no
    /// program. What it gives up, it gives up before this.
    public static let broker = SystemCallFilter(toOthers: .refuse(.notPermitted))
        .with(.kill, to: SystemCall.neverHonest)
        .with(
            .allow,
            to: SystemCall.memory + SystemCall.threads + SystemCall.time + SystemCall.openFiles
                + SystemCall.findingFiles + SystemCall.sockets + SystemCall.waiting + SystemCall.ownFacts
        )
        .with(
            .allow,
            to: [
                "pidfd_open", "perf_event_open", "open_by_handle_at", "name_to_handle_at", "mkdir", "mkdirat", "rmdir",
                "umask",
                // Whether two processes have one memory; it tells no more.
                "kcmp",
                // The threads that look into others' memory give up more than the rest: it can only become less.
                "capset",
                // What is too long for a message lies in a file of its own.
                "memfd_create",
            ]
        )
        // Directories alone (AT_REMOVEDIR): an instance of the kernel's tracing is one.
        .with("unlinkat", [(.argument(2, hasAll: 0x200), .allow)], otherwise: .refuse(.notPermitted))
        .makingThreadsAlone()
        .runningNothingMade()
        // Netlink tells of devices that come and go. Name services are asked through Unix sockets.
        .makingSockets(of: [.unix, .netlink])
        .typingNothing()
        // By its number a table is opened once more, for reading alone: the daemon gets that one.
        .askingBPF(for: [
            .mapCreate, .mapLookUp, .mapUpdate, .mapDelete, .programLoad, .mapByNumber, .objectInformation,
            .rawTracepointOpen,
        ])
        .askingItselfLittle()
}
