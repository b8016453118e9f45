internal import SystemPackage

/// Answers that several filters give, to calls that are judged by their arguments.
extension SystemCallFilter {
    /// CLONE_THREAD, and every CLONE_NEW... that clone(2) takes.
    private static let makesThread: UInt32 = 0x0001_0000
    private static let makesNamespaces: UInt32 = 0x7e02_0000

    /// PROT_WRITE and PROT_EXEC.
    private static let writing: UInt32 = 2
    private static let executing: UInt32 = 4

    /// Threads are made, and no processes or namespaces. clone3(2) has its flags in memory, where a filter does not see
    /// them; to the C library it does not exist, and it takes clone(2).
    func makingThreadsAlone() -> Self {
        with(.refuse(.noFunction), to: ["clone3"]).with(
            "clone",
            [
                (.argument(0, hasAny: Self.makesNamespaces), .refuse(.notPermitted)),
                (.argument(0, hasAll: Self.makesThread), .allow),
            ], otherwise: .refuse(.notPermitted))
    }

    /// What can be run is not made while it runs. Memory may be mapped to be run where it is not writable, since
    /// libraries are loaded that way (the name service's modules).
    func runningNothingMade() -> Self {
        let both = Self.writing | Self.executing
        return with("mmap", [(.argument(2, hasAll: both), .refuse(.notPermitted))], otherwise: .allow)
            .with("mprotect", [(.argument(2, hasAny: Self.executing), .refuse(.notPermitted))], otherwise: .allow)
    }

    /// Sockets of these families and of no other. The error is the kernel's own for one that it does not have.
    func makingSockets(of families: [SocketFamily]) -> Self {
        let numbers = families.map(\.rawValue)
        return with(
            "socket", [(.argument(0, isOneOf: numbers), .allow)], otherwise: .refuse(.addressFamilyNotSupported)
        )
        // Pairs are of one family alone, whose pairs never leave the process.
        .with(
            "socketpair", [(.argument(0, isOneOf: [SocketFamily.unix.rawValue]), .allow)],
            otherwise: .refuse(.addressFamilyNotSupported))
    }

    /// No key is pressed on a terminal in the name of who sits there (TIOCSTI, TIOCLINUX).
    func typingNothing() -> Self {
        with("ioctl", [(.argument(1, isOneOf: [0x5412, 0x541c]), .refuse(.notPermitted))], otherwise: .allow)
    }

    /// bpf(2) with these commands alone.
    func askingBPF(for commands: [BPFCommand]) -> Self {
        with("bpf", [(.argument(0, isOneOf: commands.map(\.rawValue)), .allow)], otherwise: .refuse(.notPermitted))
    }

    /// No file is made that runs as its owner, whoever starts it: the walls end with this process. openat2(2) has the mode
    /// in memory, where a filter does not see it, and does not exist.
    func makingNoSetUserID() -> Self {
        let modes: [(call: SystemCall, argument: Int)] = [
            ("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("fchmodat2", 2), ("open", 2), ("openat", 3),
        ]
        return modes.reduce(with(.refuse(.noFunction), to: ["openat2"])) { filter, mode in
            filter.with(
                mode.call, [(.argument(mode.argument, hasAny: 0o6000), .refuse(.notPermitted))], otherwise: .allow)
        }
    }

    /// Never ends with this status, by which whoever restarts it would leave it down: an honest process has said what is
    /// wrong with its configuration before it goes by this filter.
    func neverEnding(with status: UInt8) -> Self {
        var filter = self
        for call in ["exit", "exit_group"] as [SystemCall] {
            filter = filter.with(call, [(.argument(0, hasLowestByte: status), .kill)], otherwise: .allow)
        }
        return filter
    }

    /// What a process that has given up its rights may ask of itself: its threads' names, and how it stands. Neither
    /// dumpable again nor traceable, by which another process of its user could take it over.
    func askingItselfLittle() -> Self {
        let asked: [ProcessControl] = [
            .setName, .getName, .getDumpable, .getKeepsCapabilities, .getSeccomp, .readBoundingSet, .getSecureBits,
            .getNoNewPrivileges, .nameMemory,
        ]
        return with(
            "prctl", [(.argument(0, isOneOf: asked.map { UInt32($0.rawValue) }), .allow)],
            otherwise: .refuse(.notPermitted)
        )
        // Of itself, which is 0.
        .with("prlimit64", [(.argument(0, isOneOf: [0]), .allow)], otherwise: .refuse(.notPermitted))
    }
}

/// Families of sockets (bits/socket.h), as far as anything of ours makes them.
public enum SocketFamily: UInt32, Sendable {
    case unix = 1
    case inet = 2
    case inet6 = 10
    case netlink = 16
}

/// Commands of bpf(2) (linux/bpf.h), as far as anything of ours gives them.
public enum BPFCommand: UInt32, Sendable {
    case mapCreate = 0
    case mapLookUp = 1
    case mapUpdate = 2
    case mapDelete = 3
    case programLoad = 5
    case mapByNumber = 14
    case objectInformation = 15
    case rawTracepointOpen = 17
}
