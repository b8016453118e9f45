internal import SystemPackage

extension OwnThread {
    /// How many threads this process has.
    static func count() throws(LinuxError) -> Int {
        let path = "/proc/self/status"
        guard let count = ThreadStatus.numbers("Threads", in: try SmallText.read(path))?.first else {
            throw LinuxError("read the number of threads in", path, .invalidArgument)
        }
        return Int(count)
    }

    /// What the kernel keeps for each thread has to be set before there is another one.
    static func demandToBeAlone(for what: String) throws(LinuxError) {
        guard try count() == 1 else {
            throw LinuxError("restrict this process by", "\(what), as it has other threads already", .resourceBusy)
        }
    }
}
