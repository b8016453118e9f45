internal import CLinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// What a process of root gives up, so that it is an ordinary user's from then on, for good, and cannot be made root's
/// by anything that it starts.
public enum Privileges {
    /// Becomes this user, without capabilities and any way to come by one. Throws where that is not wholly so
    /// afterwards; the process has to end then.
    ///
    /// The process is not dumpable any more either: another one of the same user could trace it else. So it writes no
    /// core files, and what procfs shows of it is root's; itself it can still look at all of it.
    public static func giveUp(becoming user: SystemUser) throws(LinuxError) {
        try OwnThread.demandToBeAlone(for: "giving up privileges")
        // While there is still the capability (CAP_SETPCAP) to do it with.
        guard ProcessControl.setSecureBits.ask(secureBits) == 0 else { throw .last("prctl", "the secure bits") }
        try emptyBoundingSet()
        guard unsafe clinux_become(user.id, user.group, user.groups, user.groups.count) == 0 else {
            throw .last(
                "become", "user \(user.name) (uid \(user.id))",
                remedy: "in a container that has no other users, start it as one of them that is not root")
        }
        // Another user than root has none; who began as another one may.
        try giveUpCapabilities()
        try PrivilegesHeld.read().demand(none: user)
        starter.withLock { $0 = 0 }
    }

    /// The same for a process that a service manager has started as its user: that has taken nearly all away, and the
    /// rest goes here. Throws where a capability is left afterwards.
    public static func giveUpRest() throws(LinuxError) {
        try OwnThread.demandToBeAlone(for: "giving up privileges")
        guard geteuid() != 0 else {
            throw LinuxError("give up privileges:", "this process is root's", .invalidArgument)
        }
        try giveUpCapabilities()
        try PrivilegesHeld.read().demandNoCapability()
        starter.withLock { $0 = 0 }
    }

    /// Whose files are believed beside root's: the user who started this process. Once it has given up its privileges
    /// that is root alone: whoever takes a service over could write what its user may.
    public static var trustedUser: UInt32 { starter.withLock { $0 } ?? geteuid() }

    /// Whether it would help to start this program as root: not where it is root's, nor where it became a service's user.
    public static var wouldRootHelp: Bool { geteuid() != 0 && starter.withLock { $0 } == nil }

    /// Once they are given up: who had them.
    private static let starter = Mutex<UInt32?>(nil)

    /// PR_CAP_AMBIENT_CLEAR_ALL
    private static let clearAmbientSet: UInt = 4

    /// Root's number gives nothing by itself, none is kept over a change of users, and no ambient one is raised; all
    /// of it locked (linux/securebits.h): NOROOT, KEEP_CAPS and NO_CAP_AMBIENT_RAISE with their locks, and
    /// NO_SETUID_FIXUP's lock.
    static let secureBits: UInt = 0b1110_1011

    private static func giveUpCapabilities() throws(LinuxError) {
        guard ProcessControl.ambientSet.ask(clearAmbientSet) == 0 else {
            throw .last("prctl", "the ambient capabilities")
        }
        guard clinux_clear_capabilities() == 0 else { throw .last("capset", "this process") }
        guard ProcessControl.setNoNewPrivileges.ask(1) == 0 else { throw .last("prctl", "no_new_privs") }
        guard ProcessControl.setDumpable.ask(0) == 0 else { throw .last("prctl", "not dumpable") }
    }

    private static func emptyBoundingSet() throws(LinuxError) {
        // The kernel knows as many as it knows: the first one that it does not know ends the list.
        for capability in UInt(0)..<64 {
            guard ProcessControl.readBoundingSet.ask(capability) >= 0 else { return }
            guard ProcessControl.dropFromBoundingSet.ask(capability) == 0 else {
                throw .last("prctl", "capability \(capability) of the bounding set")
            }
        }
    }
}
