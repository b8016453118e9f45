internal import Glibc
internal import SystemPackage

/// How many descriptors are left, found by taking them: what else the process opens and closes meanwhile is counted too.
public struct DescriptorRoom: Sendable {
    /// What is duplicated to find out, and where it may be needed: it is not read or written.
    private let descriptor: Descriptor
    private let limit: Int

    /// Asks with duplicates of this one. The limit is the one in force now.
    public init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
        limit = DescriptorLimit.current
    }

    /// Far from the limit nobody needs to ask: the kernel gives the lowest number that is free.
    private static let alwaysFree = 1024

    /// What keeps `count` from being taken; `nil` where as many are left. `highest` is the highest number that was
    /// given so far, and `subject` who needs them.
    public func shortage(of count: Int, highest: Int32, for subject: String) -> LinuxError? {
        has(count, highest) ? nil : LinuxError("accept", subject, .tooManyOpenFiles)
    }

    private func has(_ count: Int, _ highest: Int32) -> Bool {
        guard Int(highest) + count + Self.alwaysFree > limit else { return true }
        var taken: [Int32] = []
        defer { for number in taken { close(number) } }
        while taken.count < count {
            let number = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 3)
            guard number >= 0 else { return false }
            taken.append(number)
        }
        return true
    }
}
