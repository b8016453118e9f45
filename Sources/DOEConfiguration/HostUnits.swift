internal import Glibc

/// The system units of this host, as far as their files show.
public enum HostUnits {
    /// Where systemd looks for them (systemd.unit(5)).
    private static let directories = [
        "/etc/systemd/system", "/run/systemd/system", "/run/systemd/transient", "/run/systemd/generator.early",
        "/run/systemd/generator", "/run/systemd/generator.late", "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system", "/lib/systemd/system",
    ]

    /// Whether there is a unit of that name, or the template of an instance.
    ///
    /// True as well where it cannot be told: scopes are made by programs and have no file, and a host without any of
    /// the directories is not run by systemd.
    public static func exists(_ name: String, below root: String = "") -> Bool {
        if name.hasSuffix(".scope") || name.contains("/") { return true }
        let present = directories.map { root + $0 }.filter(isThere)
        guard !present.isEmpty else { return true }
        var names = [name]
        if let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: "."), at < dot {
            names.append(String(name[...at] + name[dot...]))
        }
        return present.contains { directory in names.contains { isThere("\(directory)/\($0)") } }
    }

    private static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
