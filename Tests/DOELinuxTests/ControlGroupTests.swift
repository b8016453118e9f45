import DOEWords
import Glibc
import Testing

@testable import DOELinux

@Suite("Control groups and host files")
struct ControlGroupTests {
    @Test(
        "a unit is the first part that is no slice",
        arguments: [
            ("/system.slice/sshd.service", "sshd.service"),
            ("/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", "user@1000.service"),
            ("/user.slice/user-1000.slice/session-3.scope", "session-3.scope"), ("/init.scope", "init.scope"),
            ("/system.slice/_cpu.service", "cpu.service"), ("/", nil), ("/docker/abc", nil), ("/a.slice", nil),
            ("", nil),
        ] as [(String, String?)])
    func unit(_ path: String, _ unit: String?) {
        #expect(ControlGroup(path: path).unit == (unit.map { .known($0) } ?? .none))
    }

    @Test("a container is found in its path")
    func container() {
        let digits = String(repeating: "ab", count: 32)
        #expect(ControlGroup(path: "/system.slice/docker-\(digits).scope").container == .known("abababababab"))
        // There may be one all the same.
        #expect(ControlGroup(path: "/system.slice/sshd.service").container == .unknown)
    }

    @Test("a number that no group has is nobody's")
    func gone() { #expect(ControlGroup(number: .max) == nil) }

    @Test("a file is found by its names, device and inode, and not where one is another's")
    func hostFile() throws {
        let table = try MountTable.current()
        // This program: what runs is in the kernel's cache.
        let path = try SmallText.link("/proc/self/exe")
        var status = stat()
        #expect(unsafe stat(path, &status) == 0)
        let mount = try #require(
            table.mounts.filter { $0.place == "/" || path.hasPrefix($0.place + "/") }
                .max { $0.place.utf8.count <= $1.place.utf8.count })
        let names = path.dropFirst(mount.place.utf8.count).split(separator: "/").map(String.init)
        let numbers = mount.device.split(separator: ":").compactMap { UInt32($0) }
        let (device, inode) = (numbers[0] << 20 | numbers[1], UInt64(status.st_ino))
        let files = HostFiles()
        var file = HostFiles.File(names: names, device: device, inode: inode)
        #expect(files.path(of: file) == path && files.path(of: file) == path)
        file = HostFiles.File(names: names, device: device, inode: inode + 1)
        #expect(files.path(of: file) == nil)
        file = HostFiles.File(names: names, device: device ^ 0xfff, inode: inode)
        #expect(files.path(of: file) == nil)
        #expect(files.path(of: HostFiles.File(names: [], device: device, inode: inode)) == nil)
    }
}
