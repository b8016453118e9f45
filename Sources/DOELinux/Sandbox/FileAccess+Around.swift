internal import Glibc
internal import SystemPackage

extension FileAccess.Rule {
    /// A directory is read, and those of its files that are links to elsewhere; it may be taken away and made anew, and so
    /// may those files.
    ///
    /// A rule is for what stands at a path when it is made. So it is for the folder that the directory is in, where that
    /// is not all there is.
    public static func readingAround(_ directory: String) -> [Self] {
        var places = [directory, folder(of: directory)].compactMap(\.self)
        if let stream = DirectoryStream(directory) {
            for name in stream.names() {
                let path = "\(directory)/\(name)"
                var entry = stat()
                guard unsafe lstat(path, &entry) == 0, entry.st_mode & S_IFMT == S_IFLNK else { continue }
                if let target = RealPath.of(path) { places += [target, folder(of: target)].compactMap(\.self) }
            }
        }
        return places.map(reading)
    }

    /// `nil` for what is at the top: a rule for the root would be one for everything.
    private static func folder(of path: String) -> String? {
        let folder = FilePath(path).removingLastComponent().string
        return folder.isEmpty ? "." : folder == "/" ? nil : folder
    }
}
