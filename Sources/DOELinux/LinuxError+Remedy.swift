internal import Glibc
internal import SystemPackage

/// What to do about an error, chosen by its number in this one place. Whoever catches one knows what was tried; the number
/// alone says whether that, or the machine, is the matter.
extension LinuxError {
    /// What to do where the number alone says it, whatever was called and on what: the caller's own advice would be
    /// wrong there.
    static func remedy(forAny errno: Errno) -> String? {
        switch errno {
        case .tooManyOpenFiles: DescriptorLimit.remedy
        case .tooManyOpenFilesInSystem: "raise fs.file-max (sysctl), or end what holds so many files open"
        case .noMemory: "memory is short: free some, or give more (MemoryMax= in the service's unit)"
        default: nil
        }
    }

    /// Whether it lies in the machine's or the process' own limits, and says nothing of what was called upon.
    public var isShortage: Bool { Self.remedy(forAny: errno) != nil }

    /// What to do where a file in this place could not be written.
    public func remedy(forWritingIn place: String) -> String {
        if let remedy { return remedy }
        return switch errno.rawValue {
        case ENOSPC, EDQUOT: "make room on the file system of \(place)"
        case EROFS:
            "mount the file system of \(place) for writing; the kernel's log says whether it was an error that made it"
                + " read-only"
        case EACCES, EPERM: "give the daemon write access to \(place)\(Self.barrier)"
        case EIO: "look into the kernel's log: the disk under \(place) reports errors"
        case EEXIST, EISDIR, ENOTEMPTY, ELOOP: "move away what stands there in the place of a file of the daemon's"
        case EFBIG: "raise the largest size of a file (LimitFSIZE= in the service's unit)"
        default: "see that \(place) is there and can be written"
        }
    }

    /// What to do where something could not be read: `absent` where it is not there, `forbidden` where somebody other than
    /// root may not read it.
    public func remedy(
        forReading what: String, absent: String, forbidden: String = "read it as root"
    ) -> String {
        if let remedy { return remedy }
        return switch errno.rawValue {
        case ENOENT, ENOTDIR: absent
        case EACCES, EPERM: Privileges.wouldRootHelp ? forbidden : "let this process read \(what)\(Self.barrier)"
        case EIO, EUCLEAN: "look into the kernel's log: the disk under \(what) reports errors"
        case ELOOP: "see where the links of \(what) lead"
        default: "see what \(what) is"
        }
    }

    /// What to do where nothing can listen at an address.
    var remedyForListening: String {
        if let remedy { return remedy }
        return switch errno {
        case .addressInUse: "see what listens there already: ss -ltnp"
        case .addressNotAvailable: "name an address of this host"
        case .permissionDenied: "take a port from 1024 on: the daemon keeps no right to a lower one"
        default: "see that this host has IPv4, and what the daemon's sandbox lets it have (RestrictAddressFamilies=)"
        }
    }

    /// Root is refused by nothing that a mode says, and a service that has given up its rights by its own sandbox too.
    static var barrier: String {
        guard !Privileges.wouldRootHelp else { return "" }
        guard geteuid() != 0 else {
            return
                ": it is root already, so look at the service's sandbox (ProtectSystem=, ReadWritePaths=), at SELinux or"
                + " AppArmor, and at what made the files immutable (lsattr)"
        }
        return
            ": it runs as uid \(geteuid()) and not as root, and opens its own directories, and what it reads of the system"
    }
}
