internal import DOEWords
internal import Synchronization

/// The writes of others to mailboxes' registers that were traced last, so that a mailbox can ask for them. Nothing
/// else is kept here: what others did is put together and recorded elsewhere.
final class ForeignWrites: Sendable {
    /// One of them.
    struct Write: Hashable, Sendable {
        /// When, CLOCK_MONOTONIC in microseconds.
        let time: UInt64
        /// Where in config space, bytes.
        let offset: UInt16
        /// By which thread; `nil` where the kernel writes for itself.
        let thread: Int32?
        /// What the thread called itself.
        let command: String?
    }

    /// How many of each mailbox are remembered.
    static let kept = 64
    /// Of a DOE capability's bytes those that can be written: control, status, write mailbox, read mailbox.
    private static let registers: Range<UInt16> = 0x08..<0x18

    private struct Mailbox {
        let registers: Range<UInt16>
        var writes: [Write] = []
        var next = 0

        mutating func note(_ write: Write) {
            if writes.count < ForeignWrites.kept {
                writes.append(write)
            } else {
                writes[next] = write
                next = (next + 1) % ForeignWrites.kept
            }
        }
    }

    private let mailboxes = Mutex<[FunctionAddress: [Mailbox]]>([:])

    /// No mailbox yet.
    init() {}

    /// Notes writes to this mailbox from now on; one that is no function's is none.
    func follow(_ mailbox: MailboxName) {
        guard case .real(let function, let capability) = mailbox, capability < 0x1000 else { return }
        let registers = capability + Self.registers.lowerBound..<capability + Self.registers.upperBound
        mailboxes.withLock { mailboxes in
            guard mailboxes[function]?.contains(where: { $0.registers == registers }) != true else { return }
            mailboxes[function, default: []].append(Mailbox(registers: registers))
        }
    }

    /// Notes an event that is none of ours, where it is a write to a mailbox or says that there will be some.
    func note(_ event: TracedEvent) {
        let time = event.time / 1_000
        switch event.access {
        case .write(let function, let offset, let width, _):
            note(
                Write(time: time, offset: offset, thread: event.thread, command: event.command), width: width,
                of: function)
        case .kernelWrite(let function, let offset, _):
            note(Write(time: time, offset: offset, thread: nil, command: nil), width: 4, of: function)
        case .kernelRequest(let function, let capability, _, _):
            // What it is made of is not shown everywhere; its first dword goes to the write mailbox.
            let offset = capability &+ 0x10
            note(Write(time: time, offset: offset, thread: nil, command: nil), width: 4, of: function)
        case .fileWrite, .procWrite, .read, .readEnded, .kernelResponse, .canary: break
        }
    }

    /// The first that is remembered of those to these registers since a time, CLOCK_MONOTONIC in microseconds.
    func first(to registers: Range<UInt16>, of function: FunctionAddress, since time: UInt64) -> Write? {
        mailboxes.withLock { mailboxes in
            var found: Write?
            for mailbox in mailboxes[function] ?? [] where mailbox.registers.overlaps(registers) {
                for write in mailbox.writes where write.time >= time && registers.contains(write.offset & ~3) {
                    if found.map({ write.time < $0.time }) ?? true { found = write }
                }
            }
            return found
        }
    }

    private func note(_ write: Write, width: Int, of function: FunctionAddress) {
        // A write does not go beyond its dword.
        guard (1...4).contains(width) else { return }
        mailboxes.withLock { mailboxes in
            guard let count = mailboxes[function]?.count else { return }
            for index in 0..<count where mailboxes[function]?[index].registers.contains(write.offset) == true {
                mailboxes[function]?[index].note(write)
            }
        }
    }
}
