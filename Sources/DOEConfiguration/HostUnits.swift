internal import DOELinux
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
    /// True as well where it cannot be told: scopes are made by programs and have no file, a host without any of the
    /// directories is not run by systemd, and one of them may be closed to this process.
    public static func exists(_ name: String, below root: String = "") -> Bool {
        if name.hasSuffix(".scope") || name.contains("/") { return true }
        let present = directories.map { root + $0 }.filter(isThere)
        guard !present.isEmpty else { return true }
        let names = [name] + [template(of: name)].compactMap { $0 }
        return present.contains { directory in names.contains { isThere("\(directory)/\($0)") } }
    }

    /// The unit that goes by this name too, as `ssh.service` by `sshd.service`: that one is what processes run in.
    /// `nil` where the name is the unit's own, as far as the files show.
    public static func unit(behind name: String, below root: String = "") -> String? {
        guard !name.contains("/") else { return nil }
        let template = template(of: name)
        if let link = directories.lazy.map({ "\(root)\($0)/\(name)" }).first(where: isEntry) {
            let own = target(of: link)
            return own == name || own == template ? nil : own
        }
        guard let template, let own = unit(behind: template, below: root), let at = name.firstIndex(of: "@"),
            let dot = name.lastIndex(of: "."), let ownAt = own.firstIndex(of: "@")
        else { return nil }
        return "\(own[..<ownAt])\(name[at..<dot])\(own[own.index(after: ownAt)...])"
    }

    /// The name of the unit that a link leads to. What leads out of the units' directories is a unit of its own
    /// (`systemctl link`), and what leads to /dev/null is masked.
    private static func target(of link: String) -> String? {
        guard let target = try? SmallText.link(link), let name = target.split(separator: "/").last else { return nil }
        let folder = target.dropLast(name.count + 1)
        return folder.isEmpty || directories.contains(String(folder)) ? String(name) : nil
    }

    /// `worker@.service` of `worker@7.service`.
    private static func template(of name: String) -> String? {
        guard let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: "."), at < dot else { return nil }
        let template = String(name[...at] + name[dot...])
        return template == name ? nil : template
    }

    private static func isEntry(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func isThere(_ path: String) -> Bool { FilePresence.mayBe(at: path) }
}
