public import DOEWords

/// The platform's TEE security managers (TSM) that the kernel has registered (Linux 6.19,
/// ABI/testing/sysfs-class-tsm).
public enum SecurityManagers {
    /// Their names, `tsm0`, sorted; none where the kernel has no such class, or nobody in it. `unknown` where that
    /// cannot be read, or sysfs is not the kernel's own.
    ///
    /// A manager's driver can be a module: who asks again later may get another answer.
    public static func registered(sysfs: String = "/sys") -> Fact<[String]> {
        guard KernelFiles.areSysfs(sysfs) else { return .unknown }
        return names(in: "\(sysfs)/class")
    }

    /// Those in a directory of classes, whose ever it is.
    static func names(in classes: String) -> Fact<[String]> {
        do throws(LinuxError) {
            let directory = try HeldDirectory(classes)
            guard try directory.has("tsm") else { return .known([]) }
            return .known(try directory.names(in: "tsm").filter(isName).sorted())
        } catch {
            return .unknown
        }
    }

    private static func isName(_ name: String) -> Bool {
        name.hasPrefix("tsm") && name.count > 3 && name.dropFirst(3).allSatisfy { $0.isASCII && $0.isNumber }
    }
}
