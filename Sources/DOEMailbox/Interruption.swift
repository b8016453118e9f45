internal import DOEWords

/// Why a request that was being written may not be whole in the mailbox: whatever emptied it, the device would take the
/// rest for an object of its own.
enum Interruption: Hashable, Sendable {
    /// A step took so long, microseconds, when so many dwords had been written: what holds the thread up is most likely a
    /// reset.
    case stall(microseconds: UInt64, dwords: Int)
    /// The settings in the control register are not what they were.
    case changedControl(MailboxControl, was: MailboxControl)

    /// A part of a sentence.
    var words: String {
        switch self {
        case .stall(let time, let dwords):
            "config space stood still for \(time / 1_000) ms after \(dwords) dwords, as it does while a function is reset"
        case .changedControl(let now, let before):
            "its control register reads 0x\(now.rawValue.hex(digits: 8)) and read 0x\(before.rawValue.hex(digits: 8)) "
                + "before the first dword, so somebody emptied it"
        }
    }
}
