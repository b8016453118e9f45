internal import SystemPackage

extension OwnThread {
    /// How many threads this process has.
    static func count() throws(LinuxError) -> Int {
        let path = "/proc/self/status"
        let text = try SmallText.read(path)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Threads:") }),
            let count = Int(line.dropFirst(8).filter { $0 != "\t" && $0 != " " })
        else { throw LinuxError("read the number of threads in", path, .invalidArgument) }
        return count
    }

    /// What the kernel keeps for each thread has to be set before there is another one.
    static func demandToBeAlone(for what: String) throws(LinuxError) {
        guard try count() == 1 else {
            throw LinuxError("restrict this process by", "\(what), as it has other threads already", .resourceBusy)
        }
    }
}
