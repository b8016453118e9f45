import DOEWords
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOETrace

struct EventFormatTests {
    private let text: String

    init() throws { text = try Fixture("6.12", "setpci").text("events/uwd") }

    @Test func readsWhatTheKernelGives() throws {
        let format = try EventFormat(text)
        #expect(format.name == "uwd")
        #expect(format.fields.map(\.name).suffix(4) == ["comm", "name", "off", "val"])
        let name = try #require(format.fields.first { $0.name == "name" })
        #expect(name.kind == .elsewhere && name.size == 4)
        let offset = try #require(format.fields.first { $0.name == "off" })
        #expect(offset.isSigned && offset.size == 4 && offset.offset == 24 && offset.kind == .number)
    }

    @Test func otherDeclarations() {
        func field(_ line: String) -> EventField? { EventField(line: line) }
        #expect(field("\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;")?.kind == .array(count: 16))
        #expect(field("\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;")?.name == "comm")
        let relative = "\tfield:__rel_data_loc char[] name;\toffset:8;\tsize:4;\tsigned:1;"
        #expect(field(relative)?.kind == .elsewhereFromHere)
        #expect(field("\tfield:u8 a;\toffset:8;\tsize:1;\tsigned:0;\tsomething:new;")?.name == "a")
        for line in [
            "", "field", "print fmt: \"\"", "\tfield:u8 a;\toffset:8;", "\tfield:u8 a;\toffset:x;\tsize:1;",
            "\tfield:;\toffset:8;\tsize:1;\tsigned:0;", "\tfield:u8 a;\toffset:-8;\tsize:1;\tsigned:0;",
            "\tfield:u8 a;\toffset:8;\tsize:9999999999;\tsigned:0;",
        ] {
            #expect(field(line) == nil, "\(line)")
        }
    }

    @Test func whatIsMissingIsNamed() throws {
        func problem(_ text: String, as role: ProbeRole) throws -> String? {
            var decoder = EventDecoder(try Fixture("6.12", "setpci").header())
            do throws(TraceFormatError) {
                try decoder.learn(try EventFormat(text), as: role)
                return nil
            } catch { return error.problem }
        }
        #expect(try problem(text, as: .write32) == nil)
        #expect(
            try problem(text.replacing("s32 off;", with: "s32 pos;"), as: .write32)
                == "the trace format of 'uwd': it has no field 'off'")
        #expect(try problem(text, as: .fileWrite) == "the trace format of 'uwd': it has no field 'count'")
        #expect(
            try problem(text.replacing("__data_loc char[] name", with: "u32 name"), as: .write32)
                == "the trace format of 'uwd': its field 'name' is no text")
        #expect(
            try problem(
                text.replacing("s32 off;\toffset:24;\tsize:4", with: "s32 off;\toffset:24;\tsize:3"), as: .write32)
                == "the trace format of 'uwd': its field 'off' is no number of 1, 2, 4 or 8 bytes")
        #expect(
            try problem(text.replacing("ID: ", with: "ID: 9999999"), as: .write32)
                == "the trace format of 'uwd': it has no ID from 0 to 65535")
        #expect(
            try problem(text.replacing("common_pid", with: "pid"), as: .write32)
                == "the trace format of 'uwd': it has no field 'common_pid'")
    }

    /// All roles' fields are read from where they are, whatever their order, width and sign.
    @Test func anyWidthOfAnyRole() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3_000 {
            let role = random.pick(ProbeRole.allCases)
            var made = MadeUpEvent(role)
            for field in role.fields.shuffled(using: &random) { made.add(field, &random) }
            var decoder = EventDecoder(try Fixture("6.12", "setpci").header())
            try decoder.learn(try EventFormat(made.format), as: role)
            let event = try unsafe decoder.decode(made.bytes.span.bytes, time: 77)
            #expect(event == TracedEvent(time: 77, thread: made.thread, access: made.access), "\(made.format)")
        }
    }

    @Test func whatCannotBeReadIsCounted() throws {
        var random = SeededGenerator(seed: 6)
        func finding(_ role: ProbeRole, _ change: (inout MadeUpEvent) -> Void) throws -> UnreadableEvent? {
            var made = MadeUpEvent(role)
            for field in role.fields { made.add(field, &random) }
            change(&made)
            var decoder = EventDecoder(try Fixture("6.12", "setpci").header())
            try decoder.learn(try EventFormat(made.format), as: role)
            do throws(UnreadableEvent) {
                _ = try unsafe decoder.decode(made.bytes.span.bytes, time: 0)
                return nil
            } catch { return error }
        }
        #expect(try finding(.write8) { _ in } == nil)
        #expect(try finding(.write8) { $0.bytes.removeLast($0.bytes.count - 12) } == .short)
        #expect(try finding(.procWrite) { $0.bytes.removeLast() } == .short)
        #expect(try finding(.write8) { $0.bytes[0] ^= 1 } == .foreign)
        #expect(try finding(.write8) { $0.bytes = [1] } == .foreign)
        #expect(try finding(.fileWrite) { $0.setText("(fault)") } == .name)
        #expect(try finding(.fileWrite) { $0.setText("0000:0d:1f.7") } == nil)
        let reachesOut = try finding(.fileWrite) {
            $0.setText("0000:0d:1f.7")
            $0.bytes.removeLast()
        }
        #expect(reachesOut == .name)
        #expect(try finding(.kernelWrite) { $0.setText("0000:0d:00.0") } == .name)
        #expect(try finding(.kernelWrite) { $0.setNumber("devfn", 256) } == .name)
        for role in [ProbeRole.write8, .write16, .write32, .read32, .readEnded, .kernelWrite] {
            for offset in [-1, 4096, 65536] { #expect(try finding(role) { $0.setNumber("off", offset) } == .offset) }
            #expect(try finding(role) { $0.setNumber("off", 4095) } == nil)
        }
    }

    /// Names are read from bytes as `FunctionAddress` reads them from texts.
    @Test func namesAreReadAsFunctionAddressReadsThem() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            var name = Array(
                "\(random.pick(["0000", "10000", "ffffffff", "00001", "000"])):0d:1f.\(random.pick([0, 7, 8]))".utf8)
            if random.once(in: 2), !name.isEmpty {
                name[Int.random(in: 0..<name.count, using: &random)] = random.pick(Array("0:.fg/AG".utf8))
            }
            if random.once(in: 8) { name.removeLast() }
            if random.once(in: 8) { name.insert(UInt8(ascii: "0"), at: 0) }
            let text = String(decoding: name, as: UTF8.self)
            let padded = [1, 2] + name + [3]
            let read = unsafe FunctionAddress(name: 2..<padded.count - 1, of: padded.span.bytes)
            #expect(read == FunctionAddress(text), "\(text)")
        }
        #expect(unsafe FunctionAddress(name: 0..<0, of: [UInt8]().span.bytes) == nil)
    }
}
