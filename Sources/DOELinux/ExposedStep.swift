internal import Glibc

/// A directory on the way to a path, links followed, in which somebody may put something else in the place of the
/// next step, or where that is not there make it. What stands there now may be trusted all the same; but it can be taken
/// away, and another trusted file put in.
public struct ExposedStep: Hashable, Sendable {
    /// The directory, without links.
    public let directory: String
    /// Who may do it: `everybody`, `its group`, `uid 1000`.
    public let who: String

    /// As many links are followed as the kernel follows (`man path_resolution`).
    private static let linkLimit = 40

    /// The first one; `nil` where there is none, as far as the way can be walked.
    ///
    /// - Parameter owners: the user ids that are trusted.
    public init?(on path: String, owners: Set<UInt32>) {
        guard let start = path.hasPrefix("/") ? "" : RealPath.of(".") else { return nil }
        var steps = Array(Self.steps(of: "\(start)/\(path)").reversed())
        var folder = ""
        var links = 0
        while let step = steps.popLast() {
            guard step != ".." else {
                folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
                continue
            }
            let place = "\(folder)/\(step)"
            guard let holder = Self.look(folder.isEmpty ? "/" : folder) else { return nil }
            guard let entry = Self.look(place) else {
                // Of what is not there whoever makes it decides what it is, and which folders come after it.
                guard errno == ENOENT, let who = Self.writer(holder, owners) else { return nil }
                directory = folder.isEmpty ? "/" : folder
                self.who = who
                return
            }
            if let who = Self.whoMayReplace(entry, in: holder, owners: owners) {
                directory = folder.isEmpty ? "/" : folder
                self.who = who
                return
            }
            guard entry.st_mode & S_IFMT == S_IFLNK else {
                folder = place
                continue
            }
            links += 1
            guard links <= Self.linkLimit, let target = try? SmallText.link(place) else { return nil }
            if target.hasPrefix("/") { folder = "" }
            steps += Self.steps(of: target).reversed()
        }
        return nil
    }

    /// Who else may write to a file or into a folder, links followed; `nil` where nobody may, and where it cannot be
    /// looked at.
    public static func writer(of path: String, owners: Set<UInt32>) -> String? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? writer(status, owners) : nil
    }

    private static func writer(_ status: stat, _ owners: Set<UInt32>) -> String? {
        owners.contains(status.st_uid) ? others(whoMayWrite: status.st_mode) : "uid \(status.st_uid)"
    }

    /// Who besides its owner may write, by a file's mode; `nil` where nobody may.
    static func others(whoMayWrite mode: mode_t) -> String? {
        if mode & S_IWOTH != 0 { return "everybody" }
        return mode & S_IWGRP != 0 ? "its group" : nil
    }

    private static func steps(of path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    private static func look(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    private static func whoMayReplace(_ entry: stat, in holder: stat, owners: Set<UInt32>) -> String? {
        // In such a directory (/tmp) only its owner, and the entry's, may take an entry away.
        if holder.st_mode & S_ISVTX != 0, owners.contains(holder.st_uid), owners.contains(entry.st_uid) { return nil }
        return writer(holder, owners)
    }
}
