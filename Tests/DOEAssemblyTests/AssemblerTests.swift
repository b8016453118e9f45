import DOEWords
import Testing

@testable import DOEAssembly

/// One exchange at a time: how it ends, and by which road it came.
struct AssemblerTests {
    private let request: [UInt32] = [0x0001_10de, 3, 0xdead_beef]
    private let response: [UInt32] = [0x0001_10de, 4, 7, 8]
    private let object = ObjectID(vendor: 0x10de, type: 0x01)

    private func observed(
        _ request: [UInt32], whole: Bool = true, _ response: [UInt32]?, _ ending: ObservedExchange.Ending
    ) -> ObservedExchange {
        ObservedExchange(
            object: request.count < 2 ? nil : object, request: request, isRequestWhole: whole, response: response,
            ending: ending)
    }

    @Test func doneWithTheResponsesLastDword() {
        var house = AssemblyHouse()
        house.ask(request, by: 7)
        house.answer(Array(response.dropLast()), by: 7)
        #expect(house.exchanges.isEmpty)
        house.answer([8], by: 7)
        #expect(house.exchanges == [observed(request, response, .done)])
        #expect(house.observations.first?.threads == [7])
        #expect(house.observations.first?.way == .sysfs)
    }

    @Test func timeLimits() {
        var house = AssemblyHouse()
        house.write(request[0], at: 0x1a0, by: 1)
        house.wait(milliseconds: 4_900)
        house.write(request[1], at: 0x1a0, by: 1)
        house.wait(milliseconds: 4_900)
        #expect(house.exchanges.isEmpty)
        house.wait(milliseconds: 200)
        #expect(house.exchanges == [observed(Array(request[..<2]), nil, .unfinished)])

        house = AssemblyHouse()
        house.ask(request, by: 1)
        house.wait(milliseconds: 4_900)
        house.answer([response[0]], by: 1)
        house.wait(milliseconds: 4_900)
        #expect(house.exchanges.isEmpty)
        house.wait(milliseconds: 200)
        #expect(house.exchanges == [observed(request, [response[0]], .abandoned)])
    }

    /// Looking at status keeps an exchange open, and not for ever.
    @Test func lookingIsNoAnswer() {
        var house = AssemblyHouse()
        house.ask(request, by: 1)
        for _ in 0..<14 {
            house.wait(milliseconds: 4_000)
            house.read(0, at: 0x19c, by: 1)
        }
        #expect(house.exchanges.isEmpty)
        for _ in 0..<2 {
            house.wait(milliseconds: 4_000)
            house.read(0, at: 0x19c, by: 1)
        }
        #expect(house.exchanges == [observed(request, [], .abandoned)])
    }

    @Test func whoFeedsItIsToldWhenToCome() throws {
        var house = AssemblyHouse()
        #expect(house.assembler.nextWake == nil)
        house.read(0, at: 0x19c, by: 1)
        house.happen(.canary(function: AssemblyHouse.function, offset: 0), by: 1)
        #expect(house.assembler.nextWake == nil)
        house.ask(request, by: 1)
        var wakes = 0
        while let wake = house.assembler.nextWake, wakes < 10 {
            wakes += 1
            house.time = wake
            house.wait(milliseconds: 0)
        }
        // Once to find the exact time, once when it has come.
        #expect(wakes == 2 && house.exchanges == [observed(request, [], .abandoned)])
    }

    @Test func anAbortEndsAll() {
        var house = AssemblyHouse()
        house.ask(request, by: 1)
        house.answer([response[0]], by: 1)
        house.write(request[0], at: 0x1a0, by: 2)
        house.write(1, at: 0x198, by: 3)
        #expect(
            house.exchanges == [observed(request, [response[0]], .aborted), observed([request[0]], nil, .aborted)])
        #expect(house.observations.map(\.threads) == [[3, 1], [3, 2]])
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges.count == 2)
    }

    @Test func anAbortOfNothingIsTold() {
        var house = AssemblyHouse()
        house.write(0x8000_0001, at: 0x198, by: 3)
        #expect(house.exchanges == [observed([], nil, .aborted)])
    }

    @Test func aByteWithGoIsGo() {
        var house = AssemblyHouse()
        for dword in request { house.write(dword, at: 0x1a0, by: 1) }
        house.write(0x80, at: 0x19b, width: 1, by: 1)
        house.answer(response, by: 1)
        house.write(1, at: 0x198, width: 1, by: 1)
        house.write(2, at: 0x198, by: 1)
        house.write(0x8000, at: 0x198, width: 2, by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges == [observed(request, response, .done), observed([], nil, .aborted)])
        #expect(house.otherWrites == [2])
    }

    @Test func bytesAndWordsBecomeDwords() {
        var house = AssemblyHouse()
        house.write(0xde, at: 0x1a0, width: 1, by: 1)
        house.write(0x10, at: 0x1a1, width: 1, by: 1)
        house.write(0x0001, at: 0x1a2, width: 2, by: 1)
        house.write(0x0003, at: 0x1a0, width: 2, by: 2)
        house.write(0x0000, at: 0x1a2, width: 2, by: 2)
        house.write(0xbeef, at: 0x1a0, width: 2, by: 1)
        house.write(0xad, at: 0x1a2, width: 1, by: 1)
        house.write(0xde, at: 0x1a3, width: 1, by: 1)
        house.go(by: 1)
        for dword in response {
            house.read(dword, at: 0x1a4, by: 1)
            house.write(0, at: 0x1a4, width: 2, by: 1)
            house.write(0, at: 0x1a6, width: 2, by: 1)
        }
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges == [observed(request, response, .done)])
        #expect(house.otherWrites.isEmpty)
    }

    /// Not in the order of addresses, interrupted, never finished, or across two registers.
    @Test func otherPartsAreOtherWrites() {
        var house = AssemblyHouse()
        house.write(1, at: 0x1a1, width: 1, by: 1)
        house.write(1, at: 0x1a0, width: 1, by: 1)
        house.write(1, at: 0x1a2, width: 2, by: 1)
        house.write(1, at: 0x1a0, width: 2, by: 1)
        house.write(request[0], at: 0x1a0, by: 1)
        house.write(1, at: 0x19e, width: 4, by: 1)
        house.write(1, at: 0x1a0, width: 2, by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges == [observed([request[0]], nil, .unfinished)])
        #expect(house.otherWrites.reduce(0, +) == 6)
    }

    @Test func otherRegistersAreOtherWrites() {
        var house = AssemblyHouse()
        house.write(2, at: 0x19c, by: 1)
        house.write(0, at: 0x190, by: 1)
        house.write(0, at: 0x1a8, by: 1)
        house.write(0x404, at: 0x004, width: 2, by: 2)
        // Nobody waits for a response: what is taken here is somebody else's.
        house.write(0, at: 0x1a4, by: 1)
        house.wait(milliseconds: 1_100)
        #expect(house.exchanges.isEmpty)
        #expect(
            house.observations.map(\.what) == [
                .configWrites(count: 1, function: AssemblyHouse.function, offset: 4, width: 2, value: 0x404),
                .configWrites(count: 4, function: AssemblyHouse.function, offset: 0x19c, width: 4, value: 2),
            ])
        #expect(house.observations.map(\.threads) == [[2], [1]])
    }

    @Test func aRunOfOtherWritesEndsInTheEnd() {
        var house = AssemblyHouse()
        for _ in 0..<12 {
            house.write(0, at: 0x1a8, by: 1)
            house.wait(milliseconds: 500)
        }
        house.wait(milliseconds: 5_000)
        #expect(house.otherWrites.count == 2 && house.otherWrites.reduce(0, +) == 12)
    }

    @Test func whatIsNotWatchedIsNothing() throws {
        var house = AssemblyHouse()
        let other = try #require(FunctionAddress("0000:0e:00.0"))
        house.happen(.write(function: other, offset: 0x1a0, width: 4, value: 1), by: 1)
        house.happen(.kernelWrite(function: other, offset: 0x198, value: 1), by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.observations.isEmpty)
    }

    // MARK: Roads

    @Test func noFileMeansSomebodyElse() {
        for (isLent, way, road) in [(true, AccessWay.vfio, Road.passthrough), (false, .unknown, .bypass)] {
            var house = AssemblyHouse(isLent: isLent)
            for dword in request { house.bareWrite(dword, at: 0x1a0, by: 1) }
            house.bareWrite(1 << 31, at: 0x198, by: 1)
            house.bareWrite(0, at: 0x1a8, by: 1)
            house.wait(milliseconds: 60_000)
            #expect(house.exchanges == [observed(request, [], .abandoned)])
            #expect(house.observations.allSatisfy { $0.way == way && $0.road == road })
            #expect(house.observations.count == 2)
        }
    }

    /// A file's write at a function that is lent is the host's; a part of it is enough.
    @Test func theHostAtALentFunctionIsABypass() {
        var house = AssemblyHouse(isLent: true)
        house.bareWrite(request[0], at: 0x1a0, by: 1)
        house.write(request[1], at: 0x1a0, by: 1)
        house.bareWrite(request[2], at: 0x1a0, by: 1)
        house.bareWrite(1 << 31, at: 0x198, by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.observations.map(\.way) == [.sysfs] && house.observations.map(\.road) == [.bypass])
    }

    /// A file's write covers its bytes, and is over when the thread does something else, or with its last byte.
    @Test func aFilesWriteCoversItsBytes() {
        func ways(_ body: (inout AssemblyHouse) -> Void) -> Set<AccessWay> {
            var house = AssemblyHouse()
            let access = TracedAccess.fileWrite(function: AssemblyHouse.function, offset: 0x1a0, count: 4)
            house.happen(access, by: 1)
            body(&house)
            house.wait(milliseconds: 60_000)
            return Set(house.observations.map(\.way))
        }
        #expect(ways { $0.bareWrite(0, at: 0x1a0, by: 1) } == [.sysfs])
        // Over with its last byte: the second write is another one's.
        #expect(
            ways {
                $0.write(0, at: 0x1a8, by: 1)
                $0.bareWrite(0, at: 0x1a8, by: 1)
            } == [.sysfs, .unknown])
        #expect(
            ways {
                $0.bareWrite(0, at: 0x1a0, width: 2, by: 1)
                $0.bareWrite(0, at: 0x1a2, width: 2, by: 1)
            } == [.sysfs])
        #expect(ways { $0.bareWrite(0, at: 0x1a0, by: 2) } == [.unknown])
        #expect(ways { $0.bareWrite(0, at: 0x1a8, by: 1) } == [.unknown])
        #expect(ways { $0.bareWrite(0, at: 0x19e, by: 1) } == [.unknown])
        #expect(
            ways {
                $0.read(0, at: 0x19c, by: 1)
                $0.bareWrite(0, at: 0x1a0, by: 1)
            } == [.unknown])
        #expect(
            ways {
                $0.bareWrite(0, at: 0x1a8, by: 1)
                $0.happen(.procWrite(offset: 0x1a0, count: .max), by: 1)
                $0.bareWrite(0, at: 0x1ac, by: 1)
            } == [.unknown, .proc])
        #expect(
            ways {
                $0.wait(milliseconds: 6_000)
                $0.bareWrite(0, at: 0x1a0, by: 1)
            } == [.unknown])
    }

    // MARK: What is not seen

    @Test func withoutValuesAnExchangeIsDoneWhenItIsQuiet() {
        var house = AssemblyHouse(showsReads: false)
        house.ask(request, by: 1)
        house.answer([0], by: 1)
        house.wait(milliseconds: 1_100)
        #expect(house.exchanges.isEmpty)
        house.answer([0, 0, 0], by: 1)
        house.wait(milliseconds: 900)
        #expect(house.exchanges.isEmpty)
        house.wait(milliseconds: 200)
        #expect(house.exchanges == [observed(request, nil, .done)])
        // The next request ends it too.
        house.ask(request, by: 1)
        house.answer(response, by: 1)
        house.write(request[0], at: 0x1a0, by: 1)
        #expect(house.exchanges.count == 2 && house.exchanges.last == observed(request, nil, .done))
        // One dword is no response.
        house.go(by: 1)
        house.answer([0], by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges.last?.ending == .abandoned)
    }

    @Test("mailboxes are watched before the kernel is known to show what is read")
    func readsAreShownLater() {
        var house = AssemblyHouse(showsReads: false)
        house.showReads()
        house.ask(request, by: 1)
        house.answer(response, by: 1)
        #expect(house.exchanges == [observed(request, response, .done)])
        house.watch([0x190, 0x1b0])
        house.ask(request, by: 1)
        house.answer(response, by: 1)
        #expect(house.exchanges.last == observed(request, response, .done) && house.exchanges.count == 2)
    }

    @Test func whatWasMissedIsNotWhole() {
        var house = AssemblyHouse()
        house.write(request[0], at: 0x1a0, by: 1)
        house.write(request[1], at: 0x1a0, by: 1)
        house.missed()
        house.write(9, at: 0x1a0, by: 1)
        house.go(by: 1)
        house.answer(response, by: 1)
        #expect(house.exchanges == [observed(Array(request[..<2]), whole: false, response, .done)])
        // A dword of the response that nobody is known to have read.
        house.ask(request, by: 1)
        house.answer(Array(response[..<2]), by: 1)
        house.write(0, at: 0x1a4, by: 1)
        house.answer([8], by: 1)
        #expect(house.exchanges.last == observed(request, nil, .done))
    }

    @Test func longRequestsAreCountedAndNotKept() {
        var house = AssemblyHouse()
        let count = 1 << 17
        house.write(0x0001_10de, at: 0x1a0, by: 1)
        house.write(UInt32(count), at: 0x1a0, by: 1)
        for index in 2..<count { house.bareWrite(UInt32(index), at: 0x1a0, by: 1) }
        house.go(by: 1)
        house.answer([0x0001_10de, 2], by: 1)
        #expect(house.exchanges.count == 1)
        let exchange = house.exchanges.first
        #expect(exchange?.request.count == 1 << 16 && exchange?.isRequestWhole == false)
        #expect(exchange?.object == object && exchange?.ending == .done)
    }

    // MARK: Ending

    @Test func atItsEndAllIsTold() {
        var house = AssemblyHouse()
        house.ask(request, by: 1)
        house.write(request[0], at: 0x1a0, by: 2)
        house.write(0, at: 0x1a8, by: 3)
        house.happen(
            .kernelRequest(function: AssemblyHouse.function, capability: 0x190, object: object, firstDword: 5), by: 4)
        house.finish()
        #expect(Set(house.exchanges.map(\.ending)) == [.abandoned, .unfinished])
        #expect(house.observations.count == 4 && house.otherWrites == [1])
        #expect(house.assembler.nextWake == nil)
        house.ask(request, by: 1)
        house.answer(response, by: 1)
        #expect(house.exchanges.count == 4)
    }

    @Test func mailboxesComeAndGo() {
        var house = AssemblyHouse(mailboxes: [])
        house.ask(request, by: 1)
        house.watch([0x190, 0x200])
        house.ask(request, by: 1)
        house.write(request[0], at: 0x210, by: 2)
        house.watch([0x200])
        house.wait(milliseconds: 60_000)
        // Before it was known, it was a place like any other.
        #expect(house.otherWrites == [4])
        let names = house.observations.compactMap { observation -> String? in
            if case .exchange(let exchange, let name) = observation.what { "\(name) \(exchange.ending)" } else { nil }
        }
        #expect(names == ["0000:0d:00.0@190 abandoned", "0000:0d:00.0@200 unfinished"])
    }
}
