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
        guard Int(highest) + count + Self.alwaysFree > limit else { return nil }
        var taken: [Descriptor] = []
        do throws(LinuxError) {
            while taken.count < count { taken.append(try descriptor.duplicated(subject: subject)) }
            return nil
        } catch {
            return LinuxError("accept", subject, error.errno)
        }
    }
}
