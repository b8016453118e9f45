internal import DOEWords

/// One write of ours, as it was announced before it happened.
struct AnnouncedWrite: Hashable {
    /// When it was announced, CLOCK_MONOTONIC in nanoseconds. Those announced together have one time.
    let time: UInt64
    let function: FunctionAddress
    let offset: UInt16
    let value: UInt32
    /// It did not happen, as its thread has said since. The kernel may have shown the attempt: the write to the file.
    var isTakenBack = false
    /// Its event was seen: the write itself.
    var isClaimed = false
    /// Its event was seen: the write to the file, of which the write itself is made.
    var isFileWriteClaimed = false

    /// Nobody looked when it was announced, or not yet: an event of it is ours all the same, and none is not missed.
    var isExcused = false

    init(time: UInt64, function: FunctionAddress, offset: UInt16, value: UInt32) {
        self.time = time
        self.function = function
        self.offset = offset
        self.value = value
    }

    /// Whether nothing would be missed without it.
    var isSettled: Bool { isClaimed || isTakenBack }
}
