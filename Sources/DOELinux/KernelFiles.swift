internal import CLinux

/// Whether files are the kernel's own.
public enum KernelFiles {
    /// Whether a path leads into a sysfs, and not into something that was mounted in its place.
    public static func areSysfs(_ path: String) -> Bool { unsafe clinux_is_sysfs(path) == 1 }
}
