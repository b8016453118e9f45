internal import DOELinux
internal import DOEWords
internal import Glibc

/// The kernel's tracefs, held open since it was found.
final class Tracefs: TraceFiles {
    private let directory: HeldDirectory

    /// Where it is on most hosts, and where older ones have it.
    private static let usualPlaces = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]

    init(_ directory: HeldDirectory) { self.directory = directory }

    /// Finds it by the table of mounts, and believes only a file system that is a tracefs. Mounts nothing.
    static func find() throws(Obstacle) -> Tracefs {
        var mounts: [MountTable.Mount] = []
        do throws(LinuxError) { mounts = try MountTable.current().mounts } catch { throw Obstacle(error) }
        // The directory of one instance may be mounted by itself: only the whole has what we need.
        let listed = mounts.filter { $0.type == "tracefs" && $0.root == "/" }.map(\.place)
        // Below debugfs the kernel mounts it by itself when somebody goes there.
        let places = usualPlaces.filter(listed.contains) + listed + usualPlaces.dropFirst()
        var closed: Obstacle?
        for place in places {
            do throws(LinuxError) {
                let directory = try HeldDirectory(place)
                if directory.isTracefs { return Tracefs(directory) }
            } catch {
                if !error.isAbsence { closed = closed ?? Obstacle(error) }
            }
        }
        throw closed.map {
            Obstacle(
                "tracefs cannot be looked into, so nothing can be seen of what goes past the proxy: \($0.problem)",
                remedy: $0.remedy ?? "see which security module or sandbox keeps the daemon out")
        }
            ?? Obstacle(
                "there is no tracefs: without it nothing can be seen of what goes past the proxy",
                remedy: "run 'mount -t tracefs tracefs /sys/kernel/tracing'; a container's own view may hide the host's"
            )
    }

    func read(_ name: String) throws(LinuxError) -> String {
        String(decoding: try directory.read(name, limit: 16 << 20), as: UTF8.self)
    }

    func write(_ text: String, to name: String, _ mode: HeldDirectory.WriteMode) throws(LinuxError) {
        try directory.write(Array(text.utf8), to: name, mode)
    }

    func open(_ name: String) throws(LinuxError) -> Descriptor { try directory.openNonBlocking(name) }

    func makeDirectory(_ name: String) throws(LinuxError) { try directory.makeDirectory(name) }

    func removeDirectory(_ name: String) throws(LinuxError) { try directory.removeDirectory(name) }

    func names(in name: String) throws(LinuxError) -> [String] { try directory.names(in: name) }

    func switches(in name: String) throws(LinuxError) -> [String] {
        try directory.names(in: name).filter { directory.isForReadingAndWriting("\(name)/\($0)") }
    }
}
