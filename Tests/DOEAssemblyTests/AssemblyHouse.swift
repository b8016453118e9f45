import DOEWords
import WitnessTestSupport

@testable import DOEAssembly

/// An assembler with one mailbox, and a short way to write down what happens at it.
struct AssemblyHouse {
    static let function = Addresses.device
    static let mailbox = MailboxName.real(function, offset: 0x190)

    private(set) var assembler: Assembler
    private(set) var observations: [AssembledObservation] = []
    var time: UInt64 = 1_000_000_000

    init(showsReads: Bool = true, mailboxes: [UInt16] = [0x190], isLent: Bool = false) {
        assembler = Assembler(showsReads: showsReads) { _ in isLent }
        _ = assembler.watch([Self.function: mailboxes])
    }

    mutating func happen(_ access: TracedAccess, by thread: Int32) {
        time += 1_000
        observations += assembler.take(TracedEvent(time: time, thread: thread, access: access))
    }

    /// A write, through sysfs.
    mutating func write(_ value: UInt32, at offset: UInt16, width: Int = 4, by thread: Int32) {
        let access = TracedAccess.fileWrite(function: Self.function, offset: UInt64(offset), count: UInt64(width))
        happen(access, by: thread)
        bareWrite(value, at: offset, width: width, by: thread)
    }

    /// A write through no file.
    mutating func bareWrite(_ value: UInt32, at offset: UInt16, width: Int = 4, by thread: Int32) {
        happen(.write(function: Self.function, offset: offset, width: width, value: value), by: thread)
    }

    mutating func kernelWrite(_ value: UInt32, at offset: UInt16, by thread: Int32) {
        happen(.kernelWrite(function: Self.function, offset: offset, value: value), by: thread)
    }

    mutating func read(_ value: UInt32?, at offset: UInt16, by thread: Int32) {
        happen(.read(function: Self.function, offset: offset), by: thread)
        if let value { happen(.readEnded(offset: offset, value: value, result: 0), by: thread) }
    }

    /// A whole request with GO.
    mutating func ask(_ dwords: [UInt32], by thread: Int32) {
        for dword in dwords { write(dword, at: 0x1a0, by: thread) }
        go(by: thread)
    }

    mutating func go(by thread: Int32) { write(1 << 31, at: 0x198, by: thread) }

    /// Takes a whole response.
    mutating func answer(_ dwords: [UInt32], by thread: Int32) {
        for dword in dwords {
            read(assembler.showsReads ? dword : nil, at: 0x1a4, by: thread)
            write(0, at: 0x1a4, by: thread)
        }
    }

    mutating func wait(milliseconds: UInt64) {
        time += milliseconds * 1_000_000
        observations += assembler.advance(to: time)
    }

    /// It turns out that this kernel shows what is read.
    mutating func showReads() { assembler.showsReads = true }

    mutating func missed() { assembler.eventsWereMissed() }

    mutating func watch(_ mailboxes: [UInt16]) {
        observations += assembler.watch([Self.function: mailboxes])
    }

    mutating func finish() { observations += assembler.finish() }

    /// The exchanges that have ended so far.
    var exchanges: [ObservedExchange] {
        observations.compactMap { if case .exchange(let exchange, _) = $0.what { exchange } else { nil } }
    }

    /// The counts of other writes.
    var otherWrites: [UInt64] {
        observations.compactMap { if case .configWrites(let count, _, _, _, _) = $0.what { count } else { nil } }
    }
}
