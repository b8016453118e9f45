import Testing

@testable import DOELinux

/// What drivers of Debian's kernels say of their commands, by number and flags.
@Suite("Commands of a CXL memory device's driver")
struct CXLCommandsTests {
    private func commands(_ entries: [(UInt32, UInt32)]) -> CXLCommands {
        CXLCommands(entries.map { CXLCommands.Entry(number: $0.0, flags: $0.1) })
    }

    @Test("before Linux 6.4 Inject Poison is passed on where the device has it")
    func before() {
        let identify: (UInt32, UInt32) = (1, 1)
        #expect(commands([identify, (16, 1)]).injection == .passedOn)
        // Exclusively the kernel's: it is refused while that is so, and may not stay so.
        #expect(commands([identify, (16, 3)]).injection == .passedOn)
        #expect(commands([identify, (16, 0)]).injection == .notOffered)
    }

    @Test("since then no driver has it, and the numbers beside it are others")
    func since() {
        #expect(commands([]).injection == .notTaken)
        #expect(commands([(1, 1), (15, 1), (17, 1), (18, 1)]).injection == .notTaken)
    }

    @Test("raw commands are taken where the driver lists them")
    func raw() {
        #expect(commands([(1, 1), (2, 0)]).takesRawCommands)
        #expect(!commands([(1, 1), (3, 1)]).takesRawCommands)
    }

    @Test("a file that is no such device is an error")
    func noDevice() throws {
        let error = try #require(throws: LinuxError.self) { try CXLCommands(ofDevice: "/dev/null") }
        #expect(error.call == "ioctl" && error.subject == "/dev/null")
    }
}
