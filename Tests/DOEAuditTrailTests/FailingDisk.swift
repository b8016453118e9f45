import TestSupport

/// A disk that says that it is larger than it is, and whose writes fail behind that: ext4 on a loop device, whose
/// image has holes and lies on a file system that is full. Only what is written later than the file system's own
/// tables is hit.
struct FailingDisk {
    private let tiny: TinyDisk
    /// Where its files are.
    let path: String

    init() throws {
        tiny = try TinyDisk(kibibytes: 65_536)
        // Without a journal of its own, whose failure would have the kernel mount it read-only.
        try tiny.run(
            """
            truncate -s 48m "$0/image" && mkfs.ext4 -q -O ^has_journal,^metadata_csum -E lazy_itable_init=0,nodiscard \
            -b 4096 "$0/image" && mkdir "$0/disk" && mount -o loop "$0/image" "$0/disk"
            """)
        // A page in each write: the kernel's loop device takes one that ends too early for a whole one.
        try tiny.run(
            """
            device=$(findmnt --noheadings --output SOURCE "$0/disk") && \
            echo 4 >"/sys/block/${device#/dev/}/queue/max_sectors_kb"
            """)
        path = tiny.path + "/disk"
    }

    /// From now on nothing new can be written to it: the rest of the room is taken.
    func fail() throws { try tiny.run("sync -f \"$0/disk\"; ! cat /dev/zero >\"$0/filling\" 2>/dev/null") }

    /// It works again.
    func mend() throws { try tiny.run("rm \"$0/filling\"") }

    /// Mounts it anew: what the kernel had in memory and not on the disk is gone.
    func restart() throws {
        try tiny.run("umount \"$0/disk\" && mount -o loop \"$0/image\" \"$0/disk\"")
    }
}
