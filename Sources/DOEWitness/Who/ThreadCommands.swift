/// What threads that wrote called themselves, the last of each: all that is left of a process that was gone before
/// anybody could look at it. Nothing vouches for it.
struct ThreadCommands: Sendable {
    /// How many threads are remembered.
    static let limit = 1024

    private var commands: [Int32: String] = [:]
    private var order: [Int32] = []

    /// A thread wrote under this name.
    mutating func note(_ command: String, of thread: Int32) {
        guard commands.updateValue(command, forKey: thread) == nil else { return }
        order.append(thread)
        guard order.count > 2 * Self.limit else { return }
        for old in order.prefix(Self.limit) { commands[old] = nil }
        order.removeFirst(Self.limit)
    }

    /// What it called itself.
    func command(of thread: Int32) -> String? { commands[thread] }
}
