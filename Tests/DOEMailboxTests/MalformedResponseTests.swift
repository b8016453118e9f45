import DOEMailbox
import DOEObjects
import DOEPolicy
import DOESimulator
import DOEWords
import Testing

/// A device that lies costs one exchange: the next one works.
@Suite("A malformed response")
struct MalformedResponseTests {
    /// Expects that the exchange ends so, and that the mailbox works once the device behaves again.
    private func expectMalformed(
        _ bench: Bench, payload: [UInt8] = [1, 2, 3, 4], abort: ExchangeResult.Abort = .none, says text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try bench.exchange(payload: payload)
        let failure = try #require(result.failure, sourceLocation: sourceLocation)
        #expect(failure.status == .malformedResponse, sourceLocation: sourceLocation)
        #expect(failure.problem.contains(text), "\(failure.problem)", sourceLocation: sourceLocation)
        #expect(result.abort == abort, sourceLocation: sourceLocation)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking(sourceLocation: sourceLocation)
    }

    @Test("of another vendor or type is drained and named", arguments: [ObjectID.discovery, .compliance])
    func otherObject(object: ObjectID) throws {
        let bench = Bench { $0.responseObject = object }
        try expectMalformed(bench, payload: Array(repeating: 0, count: 64), says: "\(object) to a request of 10de:01")
    }

    @Test("of a length that cannot hold a header is drained", arguments: [0x1, 0x4_0001] as [UInt32])
    func lengthOne(field: UInt32) throws {
        try expectMalformed(Bench { $0.announcedLength = field }, says: "length of 1 dword")
    }

    @Test("shorter than announced is found out", arguments: [1, 2, 100, 100_000])
    func tooShort(offset: Int) throws {
        try expectMalformed(Bench { $0.lengthOffset = offset }, says: "ended before dword")
    }

    @Test("that announces 2^18 dwords and gives three is found out after 64")
    func zeroLength() throws {
        let bench = Bench { $0.announcedLength = 0 }
        try expectMalformed(bench, says: "announced 262144 dwords and ended before dword 64")
        #expect(bench.function.counts.reads < 150)
    }

    @Test("longer than announced is drained", arguments: [-1, -3, -10])
    func tooLong(offset: Int) throws {
        let bench = Bench { $0.lengthOffset = offset }
        try expectMalformed(
            bench, payload: Array(repeating: 7, count: 40), says: "longer than the \(12 + offset) dwords")
    }

    @Test("without end is aborted, after a bounded time and number of dwords")
    func endless() throws {
        let bench = Bench { $0.neverEnds = true }
        try expectMalformed(bench, abort: .worked, says: "it did not end")
        #expect(bench.function.counts.acknowledgements <= (1 << 18) + 16)
    }

    @Test("that turns into an error is a device error", arguments: [1, 3, 12])
    func turnsIntoError(dwords: Int) throws {
        let bench = Bench { $0.dwordsBeforeError = dwords }
        let result = try bench.exchange(payload: Array(repeating: 7, count: 40))
        #expect(result.failure?.status == .deviceError)
        #expect(result.abort == .worked)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking()
    }

    @Test("is not what a device gives that clears ready a little late")
    func lateReady() throws {
        let bench = Bench { $0.looksReadyAfterLast = 3 }
        #expect(try bench.exchange().response != nil)
        bench.function.behaviour = Behaviour()
        try bench.expectWorking()
    }

    @Test("keeps a connection id out of the length")
    func connection() throws {
        let bench = Bench { $0.announcedLength = 3 | 0xabc << 18 }
        let response = try bench.exchange().response
        #expect(response?.header.connection == 0xabc)
        #expect(response?.dwordCount == 3)
    }

    @Test(
        "for another connection is drained and named, where the object knows connections",
        arguments: [ObjectID.spdm, .securedSPDM, .spdmWithConnection, .securedSPDMWithConnection])
    func otherConnection(object: ObjectID) throws {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        let bench = Bench(SimulatedFunction(device, handlers: [object: { $0 }]))
        for mine in [0, 5, 0xfff] as [UInt16] {
            let header = ObjectHeader(object: object, lengthInDwords: 4, connection: mine)
            let bytes = header.dword0.littleEndianBytes + header.dword1.littleEndianBytes + [1, 0, 0, 0, 0, 0, 0, 0]
            func ask() throws -> ExchangeResult {
                let request = PermittedRequest.object(try DataObject(bytes: bytes))
                return bench.mailbox.exchange(Permit(mailbox: bench.mailbox.name, request: request))
            }
            #expect(try ask().response?.bytes == bytes)
            for others in [0, 4, 6, 0xffe, 0xfff] as [UInt16] where others != mine {
                bench.function.behaviour.announcedLength = 4 | UInt32(others) << 18
                let result = try ask()
                bench.function.behaviour = Behaviour()
                if object.hasConnection {
                    #expect(result.failure?.status == .malformedResponse && result.abort == .none)
                    let words = "a response of \(object) for connection \(others) to a request of connection \(mine)"
                    #expect(result.failure?.problem.contains(words) == true)
                } else {
                    // There the bits are reserved, and a device's to set.
                    #expect(result.response?.dwordCount == 4)
                }
            }
            #expect(try ask().response?.bytes == bytes)
        }
    }
}
