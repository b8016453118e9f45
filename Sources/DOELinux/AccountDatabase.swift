internal import Glibc
internal import SystemPackage

/// The host's users and groups, through the name service switch (getpwnam_r(3), getgrnam_r(3)).
///
/// A look-up may ask a directory server and block on it. "Not found" and "could not be asked" are told apart: `nil`
/// and an error.
public enum AccountDatabase {
    /// The user id of a user name; `nil` where there is none.
    public static func user(named name: String) throws(LinuxError) -> UInt32? {
        unsafe try lookUp("getpwnam_r", name) { base, size, id in
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error = unsafe getpwnam_r(name, &entry, base, size, &found)
            if unsafe found != nil { id = unsafe entry.pw_uid }
            return error
        }
    }

    /// The group id of a group name; `nil` where there is none.
    public static func group(named name: String) throws(LinuxError) -> UInt32? {
        unsafe try lookUp("getgrnam_r", name) { base, size, id in
            var entry = unsafe Glibc.group()
            var found: UnsafeMutablePointer<group>?
            let error = unsafe getgrnam_r(name, &entry, base, size, &found)
            if unsafe found != nil { id = unsafe entry.gr_gid }
            return error
        }
    }

    /// A group may have thousands of members: the buffer grows to this many bytes and no further.
    private static let largestBuffer = 4 << 20

    private static func lookUp(
        _ call: String, _ name: String, _ body: (UnsafeMutablePointer<CChar>, Int, inout UInt32?) -> Int32
    ) throws(LinuxError) -> UInt32? {
        // A name that C would cut short would be another one.
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        var size = 1024
        while true {
            var id: UInt32?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            let error = unsafe body(buffer, size, &id)
            unsafe buffer.deallocate()
            switch error {
            case 0: return id
            // The manual allows these where there simply is no such name.
            case ENOENT, ESRCH: return nil
            case EINTR: continue
            case ERANGE where size < largestBuffer: size *= 2
            default:
                throw LinuxError(
                    call, name, Errno(rawValue: error), remedy: "check /etc/nsswitch.conf and the services it names")
            }
        }
    }
}

extension AccountDatabase {
    /// The user id that this process acts as (geteuid(2)).
    public static var effectiveUserID: UInt32 { geteuid() }
}
