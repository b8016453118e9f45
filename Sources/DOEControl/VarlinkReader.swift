/// Cuts a byte stream into Varlink messages: each ends with a zero byte. Memory is bounded by the limit.
public struct VarlinkReader: Sendable {
    private var pending: [UInt8] = []
    private let limit: Int

    /// A reader that takes messages up to `limit` bytes.
    public init(limit: Int = 1 << 20) { self.limit = limit }

    /// Takes what came and gives the messages that are whole now, without their zero bytes.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(ControlError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for byte in bytes {
            if byte == 0 {
                messages.append(pending)
                pending.removeAll(keepingCapacity: true)
            } else if pending.count < limit {
                pending.append(byte)
            } else {
                throw ControlError(
                    problem: "a control message is longer than \(limit) bytes",
                    remedy: "end each message with a zero byte")
            }
        }
        return messages
    }
}
