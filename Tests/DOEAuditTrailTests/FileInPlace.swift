import DOELinux
import Glibc

/// A file opened for writing in place, without making or cutting it.
struct FileInPlace {
    let descriptor: Descriptor

    init?(_ path: String) {
        let number = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard number >= 0 else { return nil }
        descriptor = Descriptor(owning: number)
    }
}
