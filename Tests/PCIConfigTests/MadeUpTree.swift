internal import FoundationEssentials
internal import Glibc
internal import PCIConfig
internal import TestSupport

/// A sysfs that does not exist, in a temporary directory that goes when the tree goes.
final class MadeUpTree: Sendable {
    private let directory = TemporaryDirectory()

    init() throws { makeDirectories("bus/pci/devices") }

    var root: String { directory.path }

    struct Failure: Error {
        let path: String
    }

    var host: PCIHost { PCIHost(sysfsRoot: root) }

    /// Writes a file anew, as another file: what a swapped device looks like.
    func write(_ path: String, _ bytes: [UInt8]) throws {
        makeDirectories(path.split(separator: "/").dropLast().joined(separator: "/"))
        unsafe unlink("\(root)/\(path)")
        try overwrite(path, bytes)
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    /// Changes a file in place.
    func overwrite(_ path: String, _ bytes: [UInt8]) throws {
        let number = unsafe open("\(root)/\(path)", O_WRONLY | O_CREAT, 0o644)
        guard number >= 0 else { throw Failure(path: path) }
        defer { close(number) }
        guard unsafe Glibc.write(number, bytes, bytes.count) == bytes.count else { throw Failure(path: path) }
    }

    func link(_ path: String, to target: String) throws {
        makeDirectories(path.split(separator: "/").dropLast().joined(separator: "/"))
        guard unsafe symlink(target, "\(root)/\(path)") == 0 else { throw Failure(path: path) }
    }

    func makeDirectories(_ path: String) {
        var whole = root
        for component in path.split(separator: "/") {
            whole += "/\(component)"
            unsafe mkdir(whole, 0o755)
        }
    }

    /// A function with this config space, awake.
    func addFunction(_ address: String, _ config: ConfigImage, byteCount: Int = 4096) throws {
        try write("bus/pci/devices/\(address)/config", Array(config.bytes.prefix(byteCount)))
        try write("bus/pci/devices/\(address)/power_state", "D0\n")
    }

    func removeTree(_ path: String) { try? FileManager.default.removeItem(atPath: "\(root)/\(path)") }
}
