import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("Discovery")
struct DiscoveryTests {
    @Test("a request is the three dwords of the specification")
    func request() throws {
        let object = DiscoveryRequest(index: 5, version: 2).dataObject
        #expect(object.bytes == [1, 0, 0, 0, 3, 0, 0, 0, 5, 2, 0, 0])
        #expect(try DiscoveryRequest(object) == DiscoveryRequest(index: 5, version: 2))
    }

    @Test("the version follows the capability's", arguments: [(0, 0), (1, 0), (2, 2), (3, 2)] as [(UInt8, UInt8)])
    func version(capability: UInt8, discovery: UInt8) {
        #expect(DiscoveryRequest.version(forCapabilityVersion: capability) == discovery)
    }

    @Test("a response reads vendor, type and next index, and writes them back")
    func response() throws {
        let object = try DataObject(.discovery, payload: [0x98, 0x1e, 2, 7])
        let response = try DiscoveryResponse(object)
        #expect(response == DiscoveryResponse(object: .tableAccess, nextIndex: 7))
        #expect(response.dataObject == object)
    }

    @Test("a further dword is ignored, two are refused")
    func furtherDword() throws {
        let payload: [UInt8] = [1, 0, 0, 1]
        let plain = try DiscoveryResponse(DataObject(.discovery, payload: payload))
        #expect(try DiscoveryResponse(DataObject(.discovery, payload: payload + [9, 9, 9, 9])) == plain)
        #expect(throws: ObjectError.self) {
            try DiscoveryResponse(DataObject(.discovery, payload: payload + Array(repeating: 9, count: 8)))
        }
        #expect(throws: ObjectError.self) { try DiscoveryResponse(DataObject(.discovery, payload: [])) }
    }

    @Test("another object is refused as one, at byte 0")
    func otherObject() throws {
        let object = try DataObject(.spdm, payload: [0, 0, 0, 0])
        #expect(throws: ObjectError(offset: 0, expected: "an object 0001:00", found: "0001:01")) {
            try DiscoveryResponse(object)
        }
    }

    @Test("a walk lists a mailbox's objects in its order, over gaps, and asks for nothing twice")
    func walk() throws {
        let table: [UInt8: DiscoveryResponse] = [
            0: DiscoveryResponse(object: .discovery, nextIndex: 1),
            1: DiscoveryResponse(object: .tableAccess, nextIndex: 9),
            9: DiscoveryResponse(object: .compliance, nextIndex: 0),
        ]
        var walk = DiscoveryWalk(version: 2)
        var asked: [UInt8] = []
        while case .ask(let object) = walk.next {
            let request = try DiscoveryRequest(object)
            #expect(request.version == 2)
            asked.append(request.index)
            try walk.take(try #require(table[request.index]).dataObject)
        }
        #expect(asked == [0, 1, 9])
        #expect(walk.next == .done([.discovery, .tableAccess, .compliance]))
        #expect(throws: ObjectError.self) { try walk.take(DiscoveryResponse.pastTheEnd.dataObject) }
    }

    @Test("a next index that does not move forward ends in an error", arguments: [1, 2, 3] as [UInt8])
    func backwards(next: UInt8) throws {
        var walk = DiscoveryWalk(version: 0)
        try walk.take(DiscoveryResponse(object: .discovery, nextIndex: 3).dataObject)
        let error = #expect(throws: ObjectError.self) {
            try walk.take(DiscoveryResponse(object: .spdm, nextIndex: next).dataObject)
        }
        #expect(error?.description == "byte 11: expected a next index of 0 or above 3, found \(next)")
    }

    @Test("no object at an announced index is an error")
    func nothingThere() {
        var walk = DiscoveryWalk(version: 0)
        #expect(throws: ObjectError.self) { try walk.take(DiscoveryResponse.pastTheEnd.dataObject) }
    }

    @Test("the longest walk is 256 exchanges")
    func longest() throws {
        var walk = DiscoveryWalk(version: 0)
        for index in 0...255 {
            guard case .ask = walk.next else { throw ObjectError(offset: 0, expected: "a request", found: "\(index)") }
            try walk.take(
                DiscoveryResponse(object: .spdm, nextIndex: UInt8(truncatingIfNeeded: index + 1)).dataObject)
        }
        #expect(walk.next == .done(Array(repeating: .spdm, count: 256)))
    }

    @Test("whatever a device answers, a walk ends after 256 exchanges at most")
    func alwaysEnds() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            var walk = DiscoveryWalk(version: 2)
            var exchanges = 0
            while case .ask = walk.next {
                exchanges += 1
                try #require(exchanges <= 256)
                let answer = try DataObject(.discovery, payload: generator.bytes(4))
                do { try walk.take(answer) } catch { break }
            }
        }
    }
}
