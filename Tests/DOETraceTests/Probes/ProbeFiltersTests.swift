import DOEWords
import Testing

@testable import DOETrace

struct ProbeFiltersTests {
    private static func function(_ address: String, _ mailboxes: UInt16...) throws -> WatchedFunction {
        WatchedFunction(address: try #require(FunctionAddress(address)), mailboxes: mailboxes)
    }

    private static func many(_ count: Int, mailbox: (Int) -> UInt16) throws -> [WatchedFunction] {
        try (0..<count).map { index in
            let address = try #require(
                FunctionAddress(bus: UInt8(index / 32), device: UInt8(index % 32), function: 0))
            return WatchedFunction(address: address, mailboxes: [mailbox(index)])
        }
    }

    @Test("writes anywhere in a watched function, reads and the kernel's writes only in its mailboxes")
    func oneFunction() throws {
        let filters = ProbeFilters(watching: [try Self.function("0000:0d:00.0", 0x190)])
        for role in [ProbeRole.fileWrite, .write32, .write16, .write8] {
            #expect(filters.filter(of: role) == .matching(#"name == "0000:0d:00.0""#))
        }
        let read = ProbeFilter.matching(#"(off >= 400 && off < 424 && (name == "0000:0d:00.0"))"#)
        #expect(filters.filter(of: .read32) == read)
        #expect(filters.filter(of: .readEnded) == read)
        #expect(
            filters.filter(of: .kernelWrite)
                == .matching(#"(off >= 400 && off < 424 && ((bus == "0000:0d" && devfn == 0)))"#))
        #expect(filters.filter(of: .kernelRequest) == .everything)
        #expect(filters.filter(of: .procWrite) == .everything)
    }

    @Test("several functions and mailboxes, those at the same place together")
    func several() throws {
        let filters = ProbeFilters(watching: [
            try Self.function("0000:0e:1f.7", 0x190, 0x300), try Self.function("10000:0d:00.0", 0x190),
        ])
        #expect(
            filters.filter(of: .read32)
                == .matching(
                    #"(off >= 400 && off < 424 && (name == "0000:0e:1f.7" || name == "10000:0d:00.0"))"#
                        + #" || (off >= 768 && off < 792 && (name == "0000:0e:1f.7"))"#))
        guard case .matching(let text) = filters.filter(of: .kernelWrite) else {
            Issue.record("no expression")
            return
        }
        #expect(text.contains(#"(bus == "0000:0e" && devfn == 255)"#))
        #expect(text.contains(#"(bus == "10000:0d" && devfn == 0)"#))
    }

    @Test("with nobody to watch nothing is let through")
    func nobody() throws {
        for functions in [[], [try Self.function("0000:0d:00.0")]] {
            for role in ProbeRole.allCases { #expect(ProbeFilters(watching: functions).filter(of: role) == .nothing) }
        }
    }

    @Test(
        "what does not fit into a page is widened, and still lets through every mailbox",
        arguments: [
            157, 158, 200, 2000,
        ])
    func tooMany(count: Int) throws {
        let filters = ProbeFilters(watching: try Self.many(count) { _ in 0x190 })
        switch filters.filter(of: .write32) {
        case .matching(let text):
            #expect(count == 157)
            #expect(text.utf8.count <= 4095)
        case .anyFunction(let text):
            #expect(count > 157)
            #expect(text == "(off >= 400 && off < 424)")
        default: Issue.record("nothing is seen")
        }
        // So many places that not even the ranges fit.
        let scattered = ProbeFilters(watching: try Self.many(900) { UInt16(0x100 + $0 * 4) })
        #expect(scattered.filter(of: .read32) == .anyFunction("off >= 256 && off < 3876"))
    }
}
