import DOEWords
import Synchronization
import Testing

@testable import PCIConfig

/// What a held function tells its witness, and what it asks.
@Suite("A function whose accesses are witnessed")
struct WitnessedWritesTests {
    private let tree: MadeUpTree
    private let witness = NotingWitness()
    private let address: FunctionAddress

    init() throws {
        address = try #require(FunctionAddress("0000:0d:00.0"))
        tree = try MadeUpTree()
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: 0)
        try tree.addFunction("0000:0d:00.0", image)
    }

    private func held(by witness: (any AccessWitness)?) throws -> HeldConfigSpace {
        try tree.host.function(address).hold(witness: witness)
    }

    @Test("tells of each write before it happens, of several at once")
    func tells() throws {
        let held = try held(by: witness)
        witness.onNote { [tree] in try? tree.dword(at: 0x110, of: "0000:0d:00.0") }
        try held.writeDword(7, at: 0x110)
        try held.writeDwords([1, 2, 3], at: 0x110)
        #expect(try held.takeDwords(2, at: 0x110) == [3, 0])
        #expect(witness.notes == ["7 at 110", "1 2 3 at 110", "0 0 at 110"])
        // What stood there when it was told.
        #expect(witness.before == [0, 7, 3])
        #expect(try held.readDword(at: 0x110) == 0)
    }

    @Test("takes back what did not happen, the rest of a batch too")
    func takesBack() throws {
        let held = try held(by: witness)
        #expect(throws: ConfigSpaceError.self) { try held.writeDword(1, at: 0x111) }
        #expect(throws: BrokenTransfer.self) { try held.writeDwords([1, 2, 3], at: 0x1000) }
        #expect(throws: BrokenTransfer.self) { _ = try held.takeDwords(4, at: 0x1000) }
        #expect(
            witness.notes == [
                "1 at 111", "1 taken back", "1 2 3 at 1000", "3 taken back", "0 0 0 0 at 1000", "4 taken back",
            ])
    }

    @Test("says how much of a batch was written where the last part was not")
    func brokenOff() throws {
        let held = try held(by: nil)
        do {
            try held.writeDwords([1, 2], at: 0x1000)
            Issue.record("it was written")
        } catch {
            #expect(error.count == 0 && error.error.reason == .failed)
        }
        try held.writeDwords([1, 2], at: 0x110)
        #expect(try held.readDword(at: 0x110) == 2)
    }

    @Test("hands questions on, and answers them itself where there is no witness")
    func asks() throws {
        let write = ForeignWrite(time: 5, offset: 0x1a0, who: "setpci[467]")
        witness.answer(write)
        let held = try held(by: witness)
        #expect(held.isWitnessed)
        #expect(held.foreignWrite(to: 0x198..<0x1a8, since: 3) == write)
        #expect(witness.notes == ["asked for 198 to 1a8 of 0000:0d:00.0 since 3"])
        let alone = try self.held(by: nil)
        #expect(!alone.isWitnessed && alone.foreignWrite(to: 0x198..<0x1a8, since: 3) == nil)
    }
}

/// A witness that writes down what it is told.
private final class NotingWitness: AccessWitness {
    private struct State {
        var notes: [String] = []
        var before: [UInt32] = []
        var look: (@Sendable () -> UInt32?)?
        var answer: ForeignWrite?
    }

    private let state = Mutex(State())

    var notes: [String] { state.withLock { $0.notes } }
    var before: [UInt32] { state.withLock { $0.before } }

    func onNote(_ look: @escaping @Sendable () -> UInt32?) { state.withLock { $0.look = look } }
    func answer(_ write: ForeignWrite) { state.withLock { $0.answer = write } }

    private func note(_ text: String) {
        state.withLock { state in
            state.notes.append(text)
            if let dword = state.look?() { state.before.append(dword) }
        }
    }

    func willWrite(_ values: [UInt32], at offset: UInt16, of function: FunctionAddress) {
        note("\(values.map(String.init).joined(separator: " ")) at \(offset.hex(digits: 3))")
    }

    func willWrite(_ value: UInt32, times count: Int, at offset: UInt16, of function: FunctionAddress) {
        willWrite([UInt32](repeating: value, count: count), at: offset, of: function)
    }

    func didNotWrite(last count: Int) { note("\(count) taken back") }

    func foreignWrite(to registers: Range<UInt16>, of function: FunctionAddress, since: UInt64) -> ForeignWrite? {
        let (start, end) = (registers.lowerBound.hex(digits: 3), registers.upperBound.hex(digits: 3))
        note("asked for \(start) to \(end) of \(function) since \(since)")
        return state.withLock { $0.answer }
    }
}

extension MadeUpTree {
    /// What the file holds now.
    fileprivate func dword(at offset: Int, of address: String) throws -> UInt32 {
        let path = "\(root)/bus/pci/devices/\(address)/config"
        let file = try ConfigFile(
            OpenedConfig(path: path, forReadingAlone: false), path: path, forReadingAlone: false)
        return try file.readDword(at: UInt16(offset))
    }
}
