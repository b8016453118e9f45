import DOEWords
import TestSupport
import Testing

@testable import DOEAssembly

/// Several writers at one mailbox: who wrote what.
struct InterleavedWritersTests {
    private struct Ended: Hashable {
        let request: [UInt32]
        let response: [UInt32]?
        let ending: ObservedExchange.Ending
        let threads: [Int32]
    }

    private func ended(_ house: AssemblyHouse) -> [Ended] {
        house.observations.compactMap { observation in
            guard case .exchange(let exchange, _) = observation.what else { return nil }
            return Ended(
                request: exchange.request, response: exchange.response, ending: exchange.ending,
                threads: observation.threads)
        }
    }

    private let first: [UInt32] = [0x0001_10de, 3, 0xf_0000]
    private let second: [UInt32] = [0x0002_1af4, 4, 0xe_0000, 0xd_0000]

    @Test func turnsBeforeGo() {
        var house = AssemblyHouse()
        for index in 0..<3 {
            house.write(first[index], at: 0x1a0, by: 1)
            house.write(second[index], at: 0x1a0, by: 2)
        }
        house.go(by: 1)
        house.write(second[3], at: 0x1a0, by: 2)
        house.go(by: 2)
        house.answer([second[0], 2], by: 2)
        house.answer([first[0], 2], by: 1)
        #expect(
            ended(house) == [
                Ended(request: second, response: [second[0], 2], ending: .done, threads: [2]),
                Ended(request: first, response: [first[0], 2], ending: .done, threads: [1]),
            ])
    }

    /// What one has begun stays his when another's GO comes in between, and ends by the time limit if no more comes.
    @Test func whatAnotherHasBegunStaysHis() {
        var house = AssemblyHouse()
        house.write(second[0], at: 0x1a0, by: 2)
        house.ask(first, by: 1)
        house.answer([first[0], 2], by: 1)
        house.wait(milliseconds: 3_000)
        house.ask(first, by: 1)
        house.wait(milliseconds: 3_000)
        #expect(
            ended(house) == [
                Ended(request: first, response: [first[0], 2], ending: .done, threads: [1]),
                Ended(request: [second[0]], response: nil, ending: .unfinished, threads: [2]),
            ])
    }

    /// What the device got as a whole object is the request, whoever wrote its parts.
    @Test func whatTheDeviceGotCounts() {
        var house = AssemblyHouse()
        house.write(0x1e98, at: 0x1a0, by: 1)
        // By itself this is an object too, of a vendor 5.
        house.ask([5, 4, 0xf_0000, 0xe_0000], by: 2)
        house.wait(milliseconds: 60_000)
        #expect(
            ended(house) == [
                Ended(request: [0x1e98, 5, 4, 0xf_0000, 0xe_0000], response: [], ending: .abandoned, threads: [2, 1])
            ])
        #expect(house.exchanges.map(\.object) == [.compliance])
    }

    /// Where nothing fits: what one thread wrote with others in between is its own, and else it is one request.
    @Test func whereNothingFits() {
        var house = AssemblyHouse()
        house.write(first[0], at: 0x1a0, by: 1)
        house.write(second[0], at: 0x1a0, by: 2)
        house.write(9, at: 0x1a0, by: 1)
        house.go(by: 1)
        house.wait(milliseconds: 60_000)
        #expect(
            ended(house) == [
                Ended(request: [second[0]], response: nil, ending: .unfinished, threads: [2]),
                Ended(request: [first[0], 9], response: [], ending: .abandoned, threads: [1]),
            ])
        house = AssemblyHouse()
        house.write(first[0], at: 0x1a0, by: 1)
        house.write(9, at: 0x1a0, by: 2)
        house.go(by: 3)
        house.wait(milliseconds: 60_000)
        #expect(
            ended(house) == [Ended(request: [first[0], 9], response: [], ending: .abandoned, threads: [3, 1, 2])])
    }

    @Test func withoutGoTurnsAreToldApart() {
        func left(_ threads: [Int32]) -> Set<[UInt32]> {
            var house = AssemblyHouse()
            for (index, thread) in threads.enumerated() { house.write(UInt32(index), at: 0x1a0, by: thread) }
            house.wait(milliseconds: 60_000)
            #expect(ended(house).allSatisfy { $0.ending == .unfinished })
            return Set(ended(house).map(\.request))
        }
        #expect(left([1, 2, 3]) == [[0, 1, 2]])
        #expect(left([1, 2, 1]) == [[0, 1, 2]])
        #expect(left([1, 2, 1, 2]) == [[0, 2], [1, 3]])
        #expect(left([1, 2, 3, 2, 1]) == [[0, 1, 2, 3, 4]])
        #expect(left([1, 2, 3, 2, 3, 1]) == [[0, 5], [1, 3], [2, 4]])
    }

    /// A response that nobody took, and then another request: the response is known by what it begins with.
    @Test func aResponseIsKnownByItsObject() {
        var house = AssemblyHouse()
        house.ask(first, by: 1)
        house.ask(second, by: 2)
        for (index, dword) in [second[0], 3, 7].enumerated() {
            house.read(dword, at: 0x1a4, by: 10 + Int32(index))
            house.write(0, at: 0x1a4, by: 20 + Int32(index))
        }
        house.wait(milliseconds: 60_000)
        #expect(
            ended(house) == [
                Ended(request: second, response: [second[0], 3, 7], ending: .done, threads: [2, 20, 21, 22]),
                Ended(request: first, response: [], ending: .abandoned, threads: [1]),
            ])
    }

    @Test func whatOthersReadInBetweenIsNotTaken() {
        var house = AssemblyHouse()
        house.ask(first, by: 1)
        house.read(first[0], at: 0x1a4, by: 2)
        house.read(first[0], at: 0x1a4, by: 1)
        house.write(0, at: 0x1a4, by: 1)
        // What 2 has read is the past: nobody knows this one.
        house.write(0, at: 0x1a4, by: 3)
        house.wait(milliseconds: 60_000)
        #expect(ended(house).map(\.response) == [nil])
    }

    // MARK: Properties

    /// A driver's accesses for one exchange, one after the other.
    private enum Step {
        case write(UInt32, UInt16)
        case read(UInt32, UInt16)
    }

    private struct Driver {
        let thread: Int32
        var steps: [Step] = []
        var expected: [Ended] = []
        private var number: UInt32 = 0

        init(thread: Int32) { self.thread = thread }

        mutating func plan(_ random: inout SeededGenerator) {
            let payload = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                // Neither a length that could fit nor a header.
                UInt32(truncatingIfNeeded: random.next()) | 0x2_0000
            }
            let request = [0x0001_10de + UInt32(thread) << 16, UInt32(payload.count + 2)] + payload
            let answer = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                UInt32(truncatingIfNeeded: random.next())
            }
            let response = [request[0], UInt32(answer.count + 2)] + answer
            steps += request.map { .write($0, 0x1a0) } + [.write(1 << 31, 0x198)]
            for _ in 0..<Int.random(in: 0..<3, using: &random) { steps.append(.read(0, 0x19c)) }
            for dword in response { steps += [.read(dword, 0x1a4), .write(0, 0x1a4)] }
            expected.append(Ended(request: request, response: response, ending: .done, threads: [thread]))
        }
    }

    private func carryOut(_ step: Step, by thread: Int32, in house: inout AssemblyHouse) {
        switch step {
        case .write(let value, let offset): house.write(value, at: offset, by: thread)
        case .read(let value, let offset): house.read(value, at: offset, by: thread)
        }
    }

    /// Processes that each drive the mailbox as if they were alone.
    @Test func longLivingProcessesAreToldApart() {
        var random = SeededGenerator(seed: 11)
        var coincidences = 0
        for _ in 0..<800 {
            var drivers = (1...Int32.random(in: 2...4, using: &random)).map { Driver(thread: $0) }
            for index in drivers.indices {
                for _ in 0...Int.random(in: 0..<3, using: &random) { drivers[index].plan(&random) }
            }
            let expected = drivers.flatMap(\.expected)
            var house = AssemblyHouse()
            var device: [(thread: Int32, value: UInt32)] = []
            var isCoincidence = false
            while case let busy = drivers.indices.filter({ !drivers[$0].steps.isEmpty }), !busy.isEmpty {
                let index = random.pick(busy)
                for _ in 0...Int.random(in: 0..<3, using: &random) where !drivers[index].steps.isEmpty {
                    let step = drivers[index].steps.removeFirst()
                    if case .write(let value, 0x1a0) = step { device.append((drivers[index].thread, value)) }
                    if case .write(_, 0x198) = step {
                        let whole = device.count >= 2 && Int(device[1].value & 0x3ffff) == device.count
                        let writers = Set(device.map(\.thread))
                        if whole, writers.count > 1, writers.contains(drivers[index].thread) { isCoincidence = true }
                        device = []
                    }
                    carryOut(step, by: drivers[index].thread, in: &house)
                }
            }
            house.wait(milliseconds: 60_000)
            // What the device got was an object by chance, and is taken for one.
            if isCoincidence { coincidences += 1 } else { #expect(Set(ended(house)) == Set(expected)) }
            #expect(ended(house).count == expected.count || isCoincidence)
        }
        #expect(coincidences < 80)
    }

    /// One process for each access, at two mailboxes in turns, while others look and write elsewhere.
    @Test func aProcessForEachAccess() {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<1_000 {
            var scripts = [Driver(thread: 1), Driver(thread: 2)]
            for index in scripts.indices {
                for _ in 0...Int.random(in: 0..<3, using: &random) { scripts[index].plan(&random) }
            }
            let expected = scripts.map { $0.expected.map { [$0.request, $0.response ?? []] } }
            var (house, thread) = (AssemblyHouse(mailboxes: [0x190, 0x200]), Int32(100))
            while case let busy = scripts.indices.filter({ !scripts[$0].steps.isEmpty }), !busy.isEmpty {
                let index = random.pick(busy)
                let shift: UInt16 = index == 0 ? 0 : 0x70
                thread += 1
                switch scripts[index].steps.removeFirst() {
                case .write(let value, let offset): house.write(value, at: offset + shift, by: thread)
                case .read(let value, let offset): house.read(value, at: offset + shift, by: thread)
                }
                if random.once(in: 4) { house.read(0, at: random.pick([0x190, 0x198, 0x19c, 0x1a0, 0x20c]), by: 99) }
                if random.once(in: 8) { house.write(0, at: 0x1c0, by: 98) }
                house.time += UInt64.random(in: 0..<400_000_000, using: &random)
            }
            house.wait(milliseconds: 60_000)
            for (offset, expected) in zip([0x190, 0x200] as [UInt16], expected) {
                let seen = house.observations.compactMap { observation -> [[UInt32]]? in
                    guard case .exchange(let exchange, .real(AssemblyHouse.function, offset)) = observation.what else {
                        return nil
                    }
                    #expect(exchange.ending == .done && exchange.isRequestWhole)
                    return [exchange.request, exchange.response ?? [99]]
                }
                #expect(seen == expected)
            }
        }
    }
}
