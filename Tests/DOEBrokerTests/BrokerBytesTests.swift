import DOELinux
import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOEBroker

@Suite("The bytes of the messages between daemon and broker")
struct BrokerBytesTests {
    /// What is asked for the witness.
    private static let arms: [BrokerRequest] = {
        let function = FunctionAddress(domain: 0x10000, bus: 0xe1, device: 31, function: 7).map { [$0] } ?? []
        let file = HostFiles.File(
            names: ["usr", "lib", String(repeating: "é", count: 48)], device: 8 << 20 | 1, inode: .max)
        let requests: [ArmsRequest] =
            [
                .functions([], areFirst: true), .functions(function, areFirst: false),
                .functions(Array(repeating: function, count: 64).flatMap(\.self), areFirst: false), .arm, .watch,
                .check,
                .endCanary, .disarm, .leave, .files(0x0102_0304),
            ] + function.map { ArmsRequest.beginCanary($0, thread: 4711) }
        let writers = [WriterPlace(group: 7, program: nil), WriterPlace(group: .max, program: file)]
        return requests.map { .arms($0) } + writers.map { .writer($0) }
    }()

    static let requests: [BrokerRequest] = {
        let names: [BrokerRequest] = ["root", String(repeating: "é", count: 255)].flatMap { [.user($0), .group($0)] }
        let functions: [BrokerRequest] = [false, true].compactMap { forReadingAlone in
            FunctionAddress(domain: 0x10000, bus: 0x0d, device: 31, function: 7)
                .map { .config($0, forReadingAlone: forReadingAlone) }
        }
        let copies = FunctionAddress("0000:0d:1f.7").map { [BrokerRequest.kernelCDAT($0)] } ?? []
        let files = BrokerRequest.KernelFile.allCases.map { BrokerRequest.kernelFile($0) }
        return names + functions + copies + files + arms + [.identity, .kernelLog, .kernelTaint, .version]
    }()

    /// Each answer, with the kind of request that it answers.
    private static func answers() -> [(BrokerRequest.Kind, BrokerAnswer)] {
        func file() -> Descriptor { Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)) }
        let facts = [
            ProcessFacts(
                loginUID: .known(1000), session: .none, programName: Array("/usr/bin/x".utf8) + [0xff],
                unit: .known("a.service"), container: .none, parent: .known("1 systemd")),
            ProcessFacts(
                loginUID: .unknown, session: .known(.max), programName: nil, unit: .unknown,
                container: .known(String(repeating: "c", count: 64)), parent: .none),
        ]
        return [
            (.config, .config(file(), obstacle: nil)),
            (.config, .config(file(), obstacle: Obstacle("it is locked down", remedy: "look at it"))),
            (.config, .no(BrokerError(.mailboxless, "0000:0d:00.0 has no mailbox"))),
            (.identity, .identity(PassedIdentity(number: 7, facts: facts[0], file: nil, memory: nil))),
            (.identity, .identity(PassedIdentity(number: 8, facts: facts[1], file: file(), memory: nil))),
            (
                .identity,
                .identity(
                    PassedIdentity(
                        number: 9, facts: facts[0], file: file(), memory: AddressSpace(owning: file())))
            ),
            (.user, .account(0)), (.group, .account(nil)), (.kernelLog, .file(file())), (.kernelFile, .file(file())),
            (.kernelTaint, .done), (.beginCanary, .done), (.armsCheck, .file(file())),
            (.armsFiles, .pair(file(), file())),
            (.version, .version("1.2.3")),
            (.writer, .place(group: "/system.slice/a.service", program: nil)),
            (.kernelTaint, .no(BrokerError(.failed, errno: EPERM, "cannot write", remedy: "be root"))),
        ]
    }

    @Test("each request is read back as it was, and is as long as its kind says", arguments: requests)
    func readBack(request: BrokerRequest) {
        let bytes = request.bytes(number: 0x0102_0304_0506_0708)
        #expect(bytes.count == request.kind.requestSize && bytes.count <= BrokerWire.longestRequest)
        #expect(BrokerRequest.read(bytes) == .request(request, number: 0x0102_0304_0506_0708))
    }

    @Test("a message has its one form: lowest byte first, in fields of one size")
    func form() throws {
        let address = try #require(FunctionAddress(domain: 0x12345, bus: 0xd, device: 2, function: 1))
        let bytes = BrokerRequest.config(address, forReadingAlone: true).bytes(number: 0x77)
        #expect(bytes == [1, 0, 1, 0, 0, 0, 0, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0x45, 0x23, 1, 0, 0xd, 2, 1, 1])
    }

    @Test("a writer's program is named by steps of a path, and by none that leads elsewhere")
    func steps() {
        for name in ["", ".", "..", "a/b", "/", "a\0", String(repeating: "x", count: 97)] {
            let place = WriterPlace(group: 1, program: HostFiles.File(names: ["usr", name], device: 1, inode: 2))
            #expect(!place.fits, "\(name)")
            guard case .garbage = BrokerRequest.read(BrokerRequest.writer(place).bytes(number: 1)) else {
                Issue.record("\(name) was believed")
                continue
            }
        }
        let deep = HostFiles.File(names: Array(repeating: "x", count: 9), device: 1, inode: 2)
        #expect(!WriterPlace(group: 1, program: deep).fits)
    }

    @Test("a request that is cut anywhere, or too long, is none", arguments: requests)
    func cut(request: BrokerRequest) {
        let bytes = request.bytes(number: 1)
        for count in 0..<bytes.count {
            guard case .garbage = BrokerRequest.read(Array(bytes[..<count])) else {
                Issue.record("\(count) of \(bytes.count) bytes were believed")
                continue
            }
        }
        guard case .garbage = BrokerRequest.read(bytes + [0]) else {
            Issue.record("one byte too many was believed")
            return
        }
    }

    @Test("a request with any byte changed is another one that says the same bytes, or none", arguments: requests)
    func changed(request: BrokerRequest) {
        let bytes = request.bytes(number: 1)
        for place in bytes.indices {
            // All values where there is more than text.
            let values = place < 32 ? Array(UInt8.min...UInt8.max) : [0, 1, 0x7f, 0x80, 0xff]
            for value in values where value != bytes[place] {
                var changed = bytes
                changed[place] = value
                guard case .request(let other, let number) = BrokerRequest.read(changed) else { continue }
                #expect(other.bytes(number: number) == changed, "byte \(place) as \(value)")
            }
        }
    }

    @Test("each answer is read back as it was, with its descriptors and no others")
    func answersReadBack() {
        for (kind, answer) in Self.answers() {
            let bytes = answer.bytes(kind: kind.rawValue, number: 5)
            #expect(bytes.count <= BrokerWire.longestAnswer && BrokerAnswer.number(of: bytes) == 5)
            let read = BrokerAnswer.read(bytes, to: kind, with: answer.descriptors)
            #expect(read?.bytes(kind: kind.rawValue, number: 5) == bytes)
            #expect(read?.descriptors.map(\.number) == answer.descriptors.map(\.number))
            // Too many, or too few.
            if let more = answer.descriptors.first ?? Self.answers()[0].1.descriptors.first {
                #expect(BrokerAnswer.read(bytes, to: kind, with: answer.descriptors + [more]) == nil)
            }
            if !answer.descriptors.isEmpty { #expect(BrokerAnswer.read(bytes, to: kind, with: []) == nil) }
            for other in BrokerRequest.Kind.allCases where other != kind {
                #expect(BrokerAnswer.read(bytes, to: other, with: answer.descriptors) == nil)
            }
        }
    }

    @Test("an answer that is cut, or has a byte changed, is none or another one of the same bytes")
    func brokenAnswers() {
        for (kind, answer) in Self.answers() {
            let bytes = answer.bytes(kind: kind.rawValue, number: 5)
            for count in 0..<bytes.count {
                #expect(BrokerAnswer.read(Array(bytes[..<count]), to: kind, with: answer.descriptors) == nil)
            }
            for place in bytes.indices {
                let values: [UInt8] = place < 64 ? [0, 1, 2, 3, 0x7f, 0x80, 0xff] : [bytes[place] ^ 0x81]
                for value in values where value != bytes[place] {
                    var changed = bytes
                    changed[place] = value
                    guard let read = BrokerAnswer.read(changed, to: kind, with: answer.descriptors) else { continue }
                    let number = BrokerAnswer.number(of: changed) ?? 0
                    #expect(read.bytes(kind: kind.rawValue, number: number) == changed, "\(kind), byte \(place)")
                }
            }
        }
    }

    @Test("what is too long for its field is unknown, and of a sentence the end is left out")
    func tooLong() throws {
        let long = String(repeating: "x", count: 5000)
        let facts = ProcessFacts(
            loginUID: .none, session: .none, programName: Array(long.utf8), unit: .known(long),
            container: .known(long), parent: .known(long))
        let identity = BrokerAnswer.identity(PassedIdentity(number: 1, facts: facts, file: nil, memory: nil))
        let bytes = identity.bytes(kind: 2, number: 1)
        guard case .identity(let read)? = BrokerAnswer.read(bytes, to: .identity, with: []) else {
            Issue.record("not read back")
            return
        }
        #expect(read.facts.programName == nil && read.facts.exe == .unknown && read.facts.unit == .unknown)
        #expect(read.facts.container == .unknown && read.facts.parent == .unknown)
        let sentence = BrokerAnswer.no(BrokerError(.failed, String(repeating: "é", count: 800)))
        guard case .no(let error)? = BrokerAnswer.read(sentence.bytes(kind: 5, number: 1), to: .kernelLog, with: [])
        else {
            Issue.record("not read back")
            return
        }
        #expect(error.problem.hasSuffix("é...") && error.problem.utf8.count <= 1000)
    }
}
