internal import CLinux
internal import Glibc

extension StandardStream {
    /// Sees to it that the descriptors 0 to 2 are nothing else's: what was closed when the program started would be
    /// the number of the next file that it opens, and its complaints would be written into that. To be called before
    /// anything is opened.
    ///
    /// They stay as good as closed, /dev/null opened the wrong way round: whoever writes there, or reads, is told so.
    public static func keepClosed() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest number that is free is this one.
            let flags = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
            if unsafe open("/dev/null", flags) == descriptor { continue }
            // Without /dev, the root directory takes the place: it can be opened whatever is there.
            guard unsafe open("/", O_RDONLY) == descriptor else { _exit(3) }
        }
    }

    /// Closes all descriptors but these. To be called before anything is opened: what a shell or a program had open when
    /// it started this one is not for whoever takes this one over.
    public static func closeOthers() throws(LinuxError) {
        guard clinux_close_from(3) == 0 else { throw .last("close_range", "inherited descriptors") }
    }
}
