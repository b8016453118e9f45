import Testing

@testable import DOELinux

@Suite struct MountTableTests {
    @Test func `mounts in their order, with blanks in their names, and whatever tags there are`() {
        let table = MountTable(
            #"""
            22 1 0:21 / /sys rw,nosuid - sysfs sysfs rw
            30 22 0:12 / /sys/kernel/tracing rw,nosuid shared:9 master:1 - tracefs tracefs rw
            31 22 0:12 /instances/a\040b /mnt/with\134blank\040and\011tab rw - tracefs tracefs rw
            32 22 8:1 /a-b / rw - ext4 /dev/sda1 rw

            nonsense
            33 1 0:5 / /dev rw -
            """#)
        #expect(table.mounts.map(\.type) == ["sysfs", "tracefs", "tracefs", "ext4"])
        #expect(table.mounts[1].place == "/sys/kernel/tracing" && table.mounts[1].root == "/")
        #expect(table.mounts.map(\.options) == Array(repeating: ["rw"], count: 4))
        #expect(table.mounts[2].root == "/instances/a b")
        #expect(table.mounts[2].place == "/mnt/with\\blank and\ttab")
    }

    @Test func `the running kernel's has a root`() throws {
        #expect(try MountTable.current().mounts.contains { $0.place == "/" })
    }
}
