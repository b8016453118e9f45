import DOEObjects
import DOESimulator
import DOEWords
import PCIConfig
import Testing

/// Plays a careless program: writes, GO, reads, without looking at anything it need not.
private struct RawProgram {
    let function: SimulatedFunction
    private let base = SimulatedFunction.mailboxOffset

    init(_ function: SimulatedFunction) { self.function = function }

    var status: UInt32 { get throws { try function.readDword(at: base + 0x0c) } }

    func exchange(_ request: DataObject) throws -> [UInt32] {
        for index in 0..<request.dwordCount { try function.writeDword(request.dword(index), at: base + 0x10) }
        try function.writeDword(1 << 31, at: base + 0x08)
        var dwords: [UInt32] = []
        while try status >> 31 != 0 {
            dwords.append(try function.readDword(at: base + 0x14))
            try function.writeDword(0, at: base + 0x14)
        }
        return dwords
    }

    func exchange(_ object: ObjectID, payload: [UInt8]) throws -> DataObject? {
        let dwords = try exchange(try DataObject(object, payload: payload))
        return dwords.isEmpty ? nil : try DataObject(bytes: dwords.flatMap(\.littleEndianBytes))
    }
}

@Suite("A simulated function")
struct SimulatedFunctionTests {
    @Test("has a config space that the capability walk understands")
    func configSpace() throws {
        let function = SimulatedFunction.cxlMemoryExpander()
        let list = try ExtendedCapabilityList(walking: function)
        #expect(list.damage == nil)
        #expect(list.capabilities.map(\.id) == [.deviceSerialNumber, .dataObjectExchange])
        #expect(list.mailboxes.map(\.offset) == [SimulatedFunction.mailboxOffset])
        #expect(try function.readDword(at: 0) == 0x0d93_8086)
        #expect(try function.readDword(at: 8) >> 8 == 0x050210)
        #expect(try function.readDword(at: 0x104) == 0x1234)
        let vendor = try ExtendedCapabilityList(walking: SimulatedFunction.vendorFunction())
        #expect(vendor.mailboxes.map(\.version) == [2])
        let plain = try ExtendedCapabilityList(walking: SimulatedFunction.cxlMemoryExpander(serialNumber: nil))
        #expect(plain.capabilities.map(\.id) == [.dataObjectExchange])
    }

    @Test("says who it is without an access")
    func identity() {
        let function = SimulatedFunction.cxlMemoryExpander()
        let identity = function.identity(of: .simulated("cxl"))
        #expect(identity.device == .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)))
        #expect(identity.pciClass == .known(0x050210))
        #expect(identity.serialText == .known("00-00-00-00-00-00-12-34"))
        #expect(identity.driver == Fact<String>.none)
        #expect(function.counts == SimulatorCounts())
    }

    @Test(
        "has copies that differ in their serial numbers alone, the first like the only one",
        arguments: SimulatedModel.allCases)
    func copies(model: SimulatedModel) {
        let devices = (1...3).map { SimulatedFunction.model(model, copy: $0).device }
        #expect(Set(devices.map(\.serialNumber)).count == 3)
        #expect(Set(devices.map(\.device)).count == 1)
        #expect(devices.first?.serialNumber == SimulatedFunction.model(model).device.serialNumber)
        #expect(SimulatedFunction.model(.cxl).device.serialNumber == 0x1234)
    }

    @Test("discovers its objects by index, and answers ffff:ff past the end")
    func discovery() throws {
        let program = RawProgram(.cxlMemoryExpander())
        let answers = try (0..<5).map { try program.exchange(.discovery, payload: [UInt8($0), 0, 0, 0])?.dword(2) }
        #expect(answers == [0x0100_0001, 0x0200_1e98, 0x0002_1e98, 0x00ff_ffff, 0x00ff_ffff])
    }

    @Test("shows the current dword on every read and moves on at a write only")
    func readDoesNotAdvance() throws {
        let function = SimulatedFunction.vendorFunction()
        function.leaveResponse(try DataObject(SimulatedFunction.vendorEcho, payload: [1, 0, 0, 0]))
        let register = SimulatedFunction.mailboxOffset + 0x14
        #expect(try function.readDword(at: register) == 0x0001_10de)
        #expect(try function.readDword(at: register) == 0x0001_10de)
        try function.writeDword(0xdead, at: register)
        #expect(try function.readDword(at: register) == 3)
        try function.writeDword(0, at: register)
        try function.writeDword(0, at: register)
        #expect(try function.readDword(at: register) == 0)
        #expect(try RawProgram(function).status == 0)
    }

    @Test("gives the whole CDAT entry by entry, and its bytes add up to 0")
    func table() throws {
        let program = RawProgram(.cxlMemoryExpander())
        var table: [UInt8] = []
        var handle: UInt32 = 0
        var responses = 0
        while handle != 0xffff, responses < 100 {
            let payload = (handle << 16).littleEndianBytes
            let response = try #require(try program.exchange(.tableAccess, payload: payload))
            table += response.payload.dropFirst(4)
            handle = response.dword(2) >> 16
            responses += 1
        }
        #expect(table == SimulatedFunction.memoryExpanderTable)
        #expect(table.reduce(0, &+) == 0)
        #expect(Int(table[0]) | Int(table[1]) << 8 == table.count)
        #expect(responses == 7)
        #expect(try program.exchange(.tableAccess, payload: [0, 0, 7, 0]) == nil)
        #expect(try program.exchange(.tableAccess, payload: [1, 0, 0, 0]) == nil)
    }

    @Test("answers compliance requests as a device would, and counts them")
    func compliance() throws {
        let function = SimulatedFunction.cxlMemoryExpander()
        let program = RawProgram(function)
        let capabilities = try #require(try program.exchange(.compliance, payload: [0, 1, 0, 0]))
        #expect(Array(capabilities.payload.prefix(4)) == [0, 1, 0x1c, 0])
        #expect(capabilities.bytes.count == 0x1c)
        let halt = try #require(try program.exchange(.compliance, payload: [2, 1, 0, 0]))
        #expect(Array(halt.payload) == [2, 1, 0x0c, 0])
        let unknown = try #require(try program.exchange(.compliance, payload: [0xee, 1, 0, 0]))
        #expect(unknown.payload.last == 3)
        #expect(function.counts.arrived(.compliance) == 3)
    }

    @Test("runs the vendor objects: an echo and a side effect")
    func vendor() throws {
        let function = SimulatedFunction.vendorFunction()
        let program = RawProgram(function)
        #expect(try program.exchange(SimulatedFunction.vendorEcho, payload: [7, 7, 7, 7])?.dword(2) == 0x0707_0707)
        #expect(try program.exchange(SimulatedFunction.vendorCounter, payload: [])?.dword(2) == 1)
        #expect(try program.exchange(SimulatedFunction.vendorCounter, payload: [])?.dword(2) == 2)
        #expect(
            function.counts.executed == [SimulatedFunction.vendorEcho: 1, SimulatedFunction.vendorCounter: 2])
    }

    @Test("drops in silence what it does not know and what is no whole object")
    func silence() throws {
        let function = SimulatedFunction.cxlMemoryExpander()
        let program = RawProgram(function)
        #expect(try program.exchange(SimulatedFunction.vendorEcho, payload: []) == nil)
        #expect(function.counts.dropped == [SimulatedFunction.vendorEcho: 1])
        try function.writeDword(0x0002_1e98, at: 0x1a0)
        try function.writeDword(3, at: 0x1a0)
        try function.writeDword(1 << 31, at: 0x198)
        #expect(try program.status == 0)
        #expect(function.counts.malformed == 1)
        #expect(function.counts.executed.isEmpty)
    }

    @Test("counts every dword written, wherever it goes")
    func counts() throws {
        let function = SimulatedFunction.vendorFunction()
        _ = try RawProgram(function).exchange(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        try function.writeDword(1, at: 0x198)
        try function.writeDword(6, at: 0x04)
        let counts = function.counts
        #expect(counts.requestDwords == 3)
        #expect(counts.acknowledgements == 3)
        #expect(counts.goWrites == 1)
        #expect(counts.abortWrites == 1)
        #expect(counts.writes == 9)
        #expect(try function.readDword(at: 0x04) == 1 << 20)
    }

    @Test("sets error at a GO while a response waits, and an abort clears all")
    func goWhileReady() throws {
        let function = SimulatedFunction.vendorFunction()
        function.leaveResponse(try DataObject(SimulatedFunction.vendorEcho, payload: []))
        try function.writeDword(1 << 31, at: 0x198)
        #expect(try RawProgram(function).status == 1 << 31 | 1 << 2)
        try function.writeDword(1, at: 0x198)
        #expect(try RawProgram(function).status == 0)
    }

    @Test("takes no more than 2^18 dwords of a request")
    func overflow() throws {
        let function = SimulatedFunction.vendorFunction()
        for _ in 0..<(1 << 18) { try function.writeDword(0, at: 0x1a0) }
        #expect(try RawProgram(function).status == 0)
        try function.writeDword(0, at: 0x1a0)
        #expect(try RawProgram(function).status == 1 << 2)
    }

    @Test("refuses offsets that are no dword of config space", arguments: [UInt16(2), 0x1000, 0xffff])
    func offsets(offset: UInt16) {
        let function = SimulatedFunction.vendorFunction()
        #expect(throws: ConfigSpaceError.self) { try function.readDword(at: offset) }
        #expect(throws: ConfigSpaceError.self) { try function.writeDword(0, at: offset) }
        #expect(function.counts == SimulatorCounts())
    }

    @Test("reads as all ones once it has gone, and takes nothing")
    func gone() throws {
        let function = SimulatedFunction.vendorFunction()
        function.behaviour.accessesBeforeGone = 1
        #expect(try function.readDword(at: 0) == 0x2330_10de)
        #expect(try function.readDword(at: 0) == .max)
        try function.writeDword(1 << 31, at: 0x198)
        #expect(function.counts.goWrites == 0)
    }
}
