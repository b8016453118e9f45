import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("Headers inside of objects")
struct EmbeddedHeadersTests {
    private static let vendor: UInt32 = 0x0002_10de

    private func headers(_ dwords: [UInt32], in id: ObjectID = .spdm) throws -> EmbeddedHeaders {
        try DataObject(id, payload: dwords.flatMap(\.littleEndianBytes)).embeddedHeaders
    }

    @Test(
        "a compliance header whose length is what is left is found, whatever its reserved bits",
        arguments: [0x0000_1e98, 0xff00_1e98, 0x8000_1e98] as [UInt32], [0, 0x8000_0000, 0xfffc_0000] as [UInt32])
    func exactCompliance(dword0: UInt32, reserved: UInt32) throws {
        #expect(try headers([dword0, reserved | 2]).compliance == 2)
        #expect(try headers([7, dword0, reserved | 3, 0x2a]).compliance == 3)
        #expect(try headers([dword0, reserved | 5, 9, 9, 9]).compliance == 2)
    }

    @Test(
        "one that leaves something over, or wants more than there is, is none unless a whole request is there",
        arguments: [0, 1, 3, 4, 6, 0x3_ffff] as [UInt32])
    func otherLengths(length: UInt32) throws {
        #expect(try headers([0x1e98, length, 0xff, 9, 9]).compliance == nil)
        #expect(try headers([0x1e98, 3]).compliance == nil)
    }

    @Test("a whole published request counts wherever it ends", arguments: UInt8.min...UInt8.max)
    func wholeRequest(code: UInt8) throws {
        for length in 2...24 {
            let request = [0xab00_1e98, 0xfffc_0000 | UInt32(length)] + [UInt32](repeating: UInt32(code), count: 22)
            let isRequest =
                (0x10...0x12).contains(code)
                ? (3...22).contains(length) : ComplianceLengths.published(code).contains(length)
            // One dword is left over behind the longest of them, so that none of these is found by its end alone.
            let found = try headers(request + [0]).compliance
            #expect((found == 2) == isRequest, "code \(code), length \(length): \(found.map(String.init) ?? "none")")
            let cut = try headers(Array(request.prefix(length - 1))).compliance
            #expect(cut == nil, "code \(code), length \(length): the last dword of it is missing")
        }
    }

    @Test(
        "neighbours of the compliance id are other objects",
        arguments: [0x0001_1e98, 0x0002_1e98, 0x0080_1e98, 0x1e97, 0x1e99, 0x981e, 0x001e_9800] as [UInt32])
    func neighbours(dword0: UInt32) throws {
        let found = try headers([dword0, 3, 0])
        #expect(found.compliance == nil && found.others == [2])
        #expect(try headers([0, dword0]) == EmbeddedHeaders())
    }

    @Test("a lone last dword is no header")
    func lastDword() throws {
        #expect(try headers([0x1e98]) == EmbeddedHeaders())
        #expect(try headers([0, 0, 0x5500_1e98]) == EmbeddedHeaders())
    }

    @Test(
        "another object counts where its length is what is left, and no reserved bit is set",
        arguments: [vendor, 0x0000_0001, 0x0001_0001, 0x0002_1e98, 0x00ff_fffe] as [UInt32])
    func others(dword0: UInt32) throws {
        #expect(try headers([dword0, 4, 0, 0]).others == [2])
        #expect(try headers([0, dword0, 2]).others == [3])
        for length in [0, 1, 2, 3, 5, 0x3_fffc] as [UInt32] {
            #expect(try headers([dword0, length, 0, 0]).others.contains(2) == false, "\(length)")
        }
        for bit in 18..<32 as Range<UInt32> {
            #expect(try headers([dword0, 4 | 1 << bit, 0, 0]).others == [], "bit \(bit) of dword 1")
        }
        for bit in 24..<32 as Range<UInt32> {
            #expect(try headers([dword0 | 1 << bit, 4, 0, 0]).others == [], "bit \(bit) of dword 0")
        }
    }

    @Test("an object of nobody's is none", arguments: [0, 0x00ff_0000, 0x0000_ffff, 0x00ff_ffff] as [UInt32])
    func nobodys(dword0: UInt32) throws {
        #expect(try headers([dword0, 4, 0, 0]) == EmbeddedHeaders())
    }

    @Test("with a connection id too, where the object has one", arguments: [0x0003_0001, 0x0004_0001] as [UInt32])
    func connection(dword0: UInt32) throws {
        for bit in 18..<32 as Range<UInt32> {
            #expect(try headers([dword0, 4 | 1 << bit, 0, 0]).others == (bit < 30 ? [2] : []), "bit \(bit)")
        }
    }

    @Test("only the first few are kept, and it is said that there are more")
    func crowded() throws {
        func filled(_ count: Int) throws -> EmbeddedHeaders {
            let payload = (0..<count).flatMap { (index: Int) -> [UInt32] in [Self.vendor, UInt32(2 * (count - index))] }
            return try headers(payload)
        }
        for count in 0...EmbeddedHeaders.kept {
            let found = try filled(count)
            #expect(found.others == (0..<count).map { 2 + 2 * $0 } && !found.isCrowded)
        }
        let more = try filled(EmbeddedHeaders.kept + 1)
        #expect(more.others == [2, 4, 6, 8] && more.isCrowded)
        // The compliance object behind them all is found.
        let most =
            (0..<1000).flatMap { (index: Int) -> [UInt32] in [Self.vendor, UInt32(2 * (1001 - index))] } + [0x1e98, 2]
        #expect(try headers(most).compliance == 2002)
    }

    @Test("the object's own header is not inside it")
    func itself() throws {
        #expect(try DataObject(.compliance, payload: [0, 0, 0, 0]).embeddedHeaders == EmbeddedHeaders())
        #expect(DiscoveryRequest(index: 0, version: 0).dataObject.embeddedHeaders == EmbeddedHeaders())
        #expect(try DataObject(.spdm, payload: []).embeddedHeaders == EmbeddedHeaders())
    }

    @Test("the length dword of an object of 1e98h dwords reads as a compliance id")
    func ownLength() throws {
        var payload = [UInt8](repeating: 0, count: 0x1e98 * 4 - 8)
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders.compliance == nil)
        // What is left from dword 1 on.
        payload.replaceSubrange(0..<4, with: UInt32(0x1e97).littleEndianBytes)
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders.compliance == 1)
        // Or a whole request: its length, then code 0.
        payload.replaceSubrange(0..<4, with: UInt32(3).littleEndianBytes)
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders.compliance == 1)
    }

    @Test("a header at the far end of the longest object is found")
    func longest() throws {
        var payload = [UInt8](repeating: 0, count: (1 << 20) - 8)
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders == EmbeddedHeaders())
        payload.replaceSubrange((payload.count - 8)..., with: [0x98, 0x1e, 0, 0, 2, 0, 0, 0])
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders.compliance == (1 << 18) - 2)
        payload.replaceSubrange((payload.count - 8)..., with: [0xde, 0x10, 2, 0, 2, 0, 0, 0])
        #expect(try DataObject(.spdm, payload: payload).embeddedHeaders.others == [(1 << 18) - 2])
    }

    @Test("the scan agrees with a device that starts at every dword, over every small object")
    func everySmallObject() throws {
        let alphabet: [UInt32] = [0x1e98, 0xab00_1e98, Self.vendor, 0x0000_0001, 2, 3, 0x0004_0003, 4]
        var compared = 0
        for count in 0...5 {
            var places = [Int](repeating: 0, count: count)
            repeat {
                try compare(places.map { alphabet[$0] })
                compared += 1
            } while Self.next(&places, alphabet.count)
        }
        #expect(compared == (0...5).reduce(0) { sum, count in sum + (0..<count).reduce(1) { power, _ in power * 8 } })
    }

    @Test("and over random longer ones")
    func randomObjects() throws {
        var generator = SeededGenerator(seed: 21)
        var hits = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let dwords = (0..<count).map { index -> UInt32 in
                switch Int.random(in: 0...9, using: &generator) {
                case 0, 1: 0x1e98 | UInt32.random(in: 0...1, using: &generator) << 25
                case 2: 0x0004_0001
                case 3: 0x0000_10de | UInt32.random(in: 0...1, using: &generator) << 24
                // What is left from the dword before, right or wrong by one, at times with bits above it.
                case 4...7:
                    UInt32(count - index + Int.random(in: 0...2, using: &generator)) | (index % 5 == 0 ? 1 << 20 : 0)
                case 8: UInt32.random(in: 0...0x14, using: &generator)
                default: UInt32.random(in: 2...5, using: &generator)
                }
            }
            hits += try compare(dwords) ? 1 : 0
        }
        #expect((2_000..<18_000).contains(hits), "the random objects must hit and miss often: \(hits)")
    }

    /// Whether anything was found.
    @discardableResult
    private func compare(_ dwords: [UInt32]) throws -> Bool {
        let object = try DataObject(.spdm, payload: dwords.flatMap(\.littleEndianBytes))
        let found = object.embeddedHeaders
        let (compliance, others) = Self.model(object)
        let isSame =
            found.compliance == compliance && found.others == Array(others.prefix(4))
            && found.isCrowded == (others.count > 4)
        try #require(isSame, "\(dwords): \(found), the model has \(String(describing: compliance)) and \(others)")
        return found != EmbeddedHeaders()
    }

    /// Cuts the object at every dword and reads the rest byte by byte, as a device would.
    private static func model(_ object: DataObject) -> (compliance: Int?, others: [Int]) {
        var compliance: Int?
        var others: [Int] = []
        for index in 1..<object.dwordCount {
            let tail = Array(object.bytes[(index * 4)...])
            guard tail.count >= 8 else { break }
            let length = Int(tail[4]) + Int(tail[5]) * 256 + Int(tail[6] & 3) * 65536
            if tail[0] == 0x98, tail[1] == 0x1e, tail[2] == 0 {
                let takes = (length == 0 ? 262144 : length) * 4
                let isWhole = takes == tail.count
                let isRequest = takes >= 12 && takes <= tail.count && published(tail[8], dwords: length)
                if compliance == nil, isWhole || isRequest { compliance = index }
                continue
            }
            guard length * 4 == tail.count, tail[3] == 0 else { continue }
            if tail[0] == tail[1], tail[0] == 0 || tail[0] == 0xff { continue }
            let hasConnection = tail[0] == 1 && tail[1] == 0 && (tail[2] == 3 || tail[2] == 4)
            if hasConnection ? tail[7] & 0xc0 == 0 : tail[6] & 0xfc == 0 && tail[7] == 0 { others.append(index) }
        }
        return (compliance, others)
    }

    private static func published(_ code: UInt8, dwords: Int) -> Bool {
        let table = [3, 3, 3, 17, 12, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
        if code < 16 { return dwords == table[Int(code)] || code == 5 && dwords == 17 }
        return code <= 18 && dwords >= 3 && dwords <= 22
    }

    /// The next number of these digits; `false` after the last.
    private static func next(_ places: inout [Int], _ base: Int) -> Bool {
        for index in places.indices.reversed() {
            places[index] += 1
            if places[index] < base { return true }
            places[index] = 0
        }
        return false
    }
}
