internal import Glibc

extension Witness {
    /// How many descriptors a witness may have open: two files of each processor, the processes it remembers, and its
    /// probes' and programs' own.
    package static var mostDescriptors: Int {
        2 * max(1, sysconf(Int32(_SC_NPROCESSORS_CONF))) + ProcessBook.limit + 64
    }
}
