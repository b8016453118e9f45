/// The processors of this host, by the kernel's numbers.
public enum Processors {
    /// Those that run now.
    public static var online: [Int] { numbers(in: "online") }

    /// Those for which the kernel has room, whether they are there or not; none where it does not say.
    public static var possible: [Int] { numbers(in: "possible") }

    /// Those that are kept free for one program each (`isolcpus=`, `nohz_full=`): whoever runs there too makes it
    /// wait.
    public static var isolated: [Int] { numbers(in: "isolated") + numbers(in: "nohz_full") }

    private static func numbers(in file: String) -> [Int] {
        (try? SmallText.read("/sys/devices/system/cpu/\(file)")).map(numbers(of:)) ?? []
    }

    /// `0-3,8` is 0, 1, 2, 3 and 8. What is no such list has none: the kernel writes `(null)` where there is no
    /// option.
    static func numbers(of list: String) -> [Int] {
        list.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, first <= last,
                last <= mostNumbers
            else { return [] }
            return Array(first...last)
        }
    }

    /// More than any kernel is built for (NR_CPUS).
    private static let mostNumbers = 1 << 16
}
