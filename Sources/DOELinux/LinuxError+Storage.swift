internal import Glibc
internal import SystemPackage

extension LinuxError {
    /// What to do where a file in this place could not be written, by the error's own number.
    public func remedy(forWritingIn place: String) -> String {
        if let remedy { return remedy }
        return switch errno.rawValue {
        case ENOSPC, EDQUOT: "make room on the file system of \(place)"
        case EROFS:
            "mount the file system of \(place) for writing; the kernel's log says whether it was an error that made it"
                + " read-only"
        case EACCES, EPERM: "give the daemon write access to \(place)"
        case EIO: "look into the kernel's log: the disk under \(place) reports errors"
        default: "see that \(place) is there and can be written"
        }
    }
}
