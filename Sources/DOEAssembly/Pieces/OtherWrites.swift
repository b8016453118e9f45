internal import DOEWords

/// Writes that are no part of an exchange, by one thread, one after the other: the first of them, and how many.
struct OtherWrites: Hashable {
    let offset: UInt16
    let width: Int
    let value: UInt32
    let thread: Int32
    let way: AccessWay
    let began: UInt64
    var count: UInt64 = 1
    var ended: UInt64

    init(offset: UInt16, width: Int, value: UInt32, _ access: ObservedAccess) {
        self.offset = offset
        self.width = width
        self.value = value
        thread = access.thread
        way = access.way
        began = access.time
        ended = access.time
    }

    /// When no more are waited for.
    var deadline: UInt64 { min(ended.later(by: AssemblyLimits.quietRun), began.later(by: AssemblyLimits.wholeRun)) }
}
