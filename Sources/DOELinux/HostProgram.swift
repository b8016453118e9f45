internal import CLinux
internal import DOEWords
internal import Glibc

/// The file that a process runs, by the name that it has on the host.
///
/// It counts only where the file that runs is the host's file of that name: a mount namespace can put any file at any
/// path, and a replaced file reads as `… (deleted)`.
///
/// No file system is asked, since it can be one that a client chose and that answers never, as FUSE and a dead server of
/// NFS. The way to the name is walked in the kernel's cache alone (RESOLVE_CACHED), where the file that runs has all of it;
/// which file it is, the kernel knows. What is not in the cache is unknown.
enum HostProgram {
    /// How often the way is tried: somebody who renames at the same moment spoils one walk.
    private static let attempts = 3

    /// Where `/proc/PID/exe` leads.
    static func path(of link: String) -> Fact<String> {
        // A path that this process cannot reach does not begin with a slash.
        guard let path = try? SmallText.link(link), path.hasPrefix("/"),
            // The name first: where its file system does not let it pass, the link is not followed either.
            let named = cachedPlace(path), let running = place(unsafe clinux_open_place(link)),
            let file = fileNumber(named), file == fileNumber(running)
        else { return .unknown }
        return .known(path)
    }

    private static func cachedPlace(_ path: String) -> Descriptor? {
        for _ in 0..<attempts {
            if let place = place(unsafe clinux_open_cached_place(path)) { return place }
            guard errno == EAGAIN else { return nil }
        }
        return nil
    }

    private static func place(_ number: Int32) -> Descriptor? { number >= 0 ? Descriptor(owning: number) : nil }

    private static func fileNumber(_ place: Descriptor) -> [UInt64]? {
        var (device, number): (UInt64, UInt64) = (0, 0)
        guard unsafe clinux_file_number(place.number, &device, &number) == 0 else { return nil }
        return [device, number]
    }
}
