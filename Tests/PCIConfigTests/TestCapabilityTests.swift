import DOEWords
import Testing

@testable import PCIConfig

@Suite("A CXL device's test capability")
struct TestCapabilityTests {
    private static let address = "0000:0d:00.0"
    private let tree: MadeUpTree

    init() throws { tree = try MadeUpTree() }

    private func registers(_ image: ConfigImage) throws -> HeldConfigSpace.ConsortiumRegisters {
        try tree.addFunction(Self.address, image)
        let function = tree.host.function(try #require(FunctionAddress(Self.address)))
        return try function.hold(forReadingAlone: true).consortiumRegisters()
    }

    /// A DVSEC with 16 bits of its first register.
    private static func add(
        _ id: UInt32, of vendor: UInt32 = 0x1e98, first: UInt32 = 0, to image: inout ConfigImage, at offset: Int,
        next: UInt32
    ) {
        image.addCapability(0x0023, at: offset, next: next)
        image[offset + 4] = vendor | 0x1c << 20
        image[offset + 8] = id | first << 16
    }

    @Test("it is found by the walk, and its lock is bit 0 at offset 0a")
    func found() throws {
        var image = ConfigImage()
        Self.add(0, to: &image, at: 0x100, next: 0x200)
        Self.add(0x0a, first: 0, to: &image, at: 0x200, next: 0x240)
        Self.add(0x0a, first: 1, to: &image, at: 0x240, next: 0x280)
        // Every other bit of the register is reserved.
        Self.add(0x0a, first: 0xfffe, to: &image, at: 0x280, next: 0)
        let found = try registers(image)
        #expect(found.isThere)
        #expect(found.tests.map(\.offset) == [0x200, 0x240, 0x280])
        #expect(found.tests.map(\.isLocked) == [false, true, false])
        #expect(found.tests.map(\.lockOffset) == [0x20a, 0x24a, 0x28a])
    }

    @Test("its neighbours, and another vendor's of the same number, are none")
    func others() throws {
        var image = ConfigImage()
        for (index, id) in [0x09, 0x0b, 0x10a, 0x00].enumerated() {
            Self.add(UInt32(id), to: &image, at: 0x100 + index * 0x40, next: 0x140 + UInt32(index) * 0x40)
        }
        Self.add(0x0a, of: 0x8086, to: &image, at: 0x200, next: 0)
        let found = try registers(image)
        #expect(found.isThere && found.tests == [])
    }

    @Test("what is no CXL device has none of it; nor has what leaves config space")
    func none() throws {
        var image = ConfigImage()
        Self.add(0x0a, of: 0x8086, to: &image, at: 0x100, next: 0xff8)
        image.addCapability(0x0023, at: 0xff8, next: 0)
        #expect(try registers(image) == .init(isThere: false, tests: []))
    }

    @Test("a broken chain may hide it, and is said")
    func broken() throws {
        var image = ConfigImage()
        image.addCapability(0x0023, at: 0x100, next: 0x100)
        let error = try #require(throws: ConfigSpaceError.self) { try registers(image) }
        #expect(error.problem.contains("broken chain"))
    }
}
