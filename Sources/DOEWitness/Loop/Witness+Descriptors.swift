internal import Glibc

extension Witness {
    /// How many descriptors a witness may have open: a processor's buffer each, the processes it remembers, and its
    /// probes' and programs' own.
    package static var mostDescriptors: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_CONF))) + ProcessBook.limit + 64
    }
}
