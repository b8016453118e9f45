internal import Glibc

/// The names in a folder, for who only wants to know what is there.
public enum FolderNames {
    /// The names that are text, links among them, without `.` and `..`; `nil` where it is no folder, or cannot be read
    /// to its end. The order is the file system's.
    public static func read(_ path: String) -> [String]? {
        // Not blocking: there may be a pipe by that name.
        let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { return nil }
        guard let stream = unsafe fdopendir(number) else {
            close(number)
            return nil
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { return errno == 0 ? names : nil }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { bytes in
                    unsafe String(validatingCString: bytes)
                }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
    }
}
