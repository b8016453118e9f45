import DOEWords
import Testing
import WitnessTestSupport

@testable import DOEAssembly

/// What the captures' `truth` says was done comes out again, on each kernel.
struct CapturedExchangesTests {
    /// Whatever is open after the last event has ended a minute later.
    private func assemble(_ fixture: Fixture) throws -> [AssembledObservation] {
        var assembler = Assembler(showsReads: fixture.showsReads) { _ in false }
        _ = assembler.watch([AssemblyHouse.function: [0x190]])
        var observations: [AssembledObservation] = []
        var last: UInt64 = 0
        for event in try fixture.events() {
            last = event.time
            observations += assembler.take(event)
        }
        observations += assembler.advance(to: last + 60_000_000_000)
        #expect(assembler.nextWake == nil && assembler.responsesWithoutRequest == 0)
        return observations
    }

    private func exchange(_ observation: AssembledObservation) -> ObservedExchange? {
        guard case .exchange(let exchange, AssemblyHouse.mailbox) = observation.what else { return nil }
        return exchange
    }

    /// The exchanges that `truth` tells of, access by access: `write 1a0 00000001`, `read 1a4 00000003`.
    private func told(_ fixture: Fixture) throws -> [(request: [UInt32], response: [UInt32])] {
        var exchanges: [(request: [UInt32], response: [UInt32])] = []
        var (request, read) = ([UInt32](), UInt32(0))
        for line in try fixture.text("\(fixture.scenario)/truth").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let value = UInt32(words[2], radix: 16) else { continue }
            switch (words[0], words[1]) {
            case ("write", "1a0"): request.append(value)
            case ("write", "198"):
                exchanges.append((request, []))
                request = []
            case ("read", "1a4"): read = value
            case ("write", "1a4"): exchanges[exchanges.count - 1].response.append(read)
            default: break
            }
        }
        return exchanges
    }

    @Test(arguments: Fixture.all.filter { ["setpci", "proc-bus-pci"].contains($0.scenario) })
    func oneProcessForEachAccess(fixture: Fixture) throws {
        let told = try told(fixture)
        #expect(told.count == (fixture.scenario == "setpci" ? 9 : 2))
        let observations = try assemble(fixture)
        #expect(observations.count == told.count)
        for (observation, (request, response)) in zip(observations, told) {
            let expected = ObservedExchange(
                object: ObjectID(vendor: UInt16(request[0] & 0xffff), type: UInt8(request[0] >> 16)),
                request: request, isRequestWhole: true, response: fixture.showsReads ? response : nil, ending: .done)
            #expect(exchange(observation) == expected)
            #expect(observation.road == .bypass)
            #expect(observation.way == (fixture.scenario == "setpci" ? .sysfs : .proc))
        }
        let writes = try fixture.events().compactMap { event -> (Int32, UInt16)? in
            if case .write(_, let offset, _, _) = event.access { (event.thread, offset) } else { nil }
        }
        let goes = writes.filter { $0.1 == 0x198 }.map(\.0)
        #expect(observations.map { $0.threads.first } == goes)
        // Everybody who wrote, each once: three dwords, GO, and one for each dword of the response.
        let threads = told.map { min(16, 4 + $0.response.count) }
        #expect(observations.map(\.threads.count) == threads)
        #expect(observations.allSatisfy { Set($0.threads).count == $0.threads.count && $0.began < $0.ended })
    }

    @Test(arguments: Fixture.all.filter { $0.scenario == "setpci-in-one-process" })
    func oneProcess(fixture: Fixture) throws {
        let observations = try assemble(fixture)
        let exchanges = observations.compactMap(exchange)
        let expected = ObservedExchange(
            object: .discovery, request: [1, 3, 0], isRequestWhole: true,
            response: fixture.showsReads ? [1, 3, 0x0100_0001] : nil, ending: .done)
        #expect(exchanges == [expected])
        // A byte of control, and a word behind it: neither GO nor abort.
        let others = observations.filter { exchange($0) == nil }
        #expect(
            others.map(\.what) == [
                .configWrites(count: 2, function: AssemblyHouse.function, offset: 0x198, width: 1, value: 0)
            ])
        #expect(Set(observations.map(\.threads)).count == 1)
        #expect(observations.allSatisfy { $0.road == .bypass && $0.way == .sysfs })
    }

    @Test(arguments: Fixture.all.filter { $0.scenario == "lspci" })
    func readsAreNothing(fixture: Fixture) throws {
        #expect(try assemble(fixture) == [])
    }

    private func kernelExchange(_ object: ObjectID, _ request: UInt32, _ response: UInt32) -> ObservedExchange {
        ObservedExchange(
            object: object, request: [request], isRequestWhole: false, response: [response], ending: .done)
    }

    /// The CDAT's entries: each request names the entry that the response before it named.
    private var table: [ObservedExchange] {
        let entries = [0, 0x10000, 0x20000, 0x30000, 0x40000, 0x50000, 0x60000, 0xffff_0000] as [UInt32]
        return zip(entries, entries.dropFirst()).map { kernelExchange(.tableAccess, $0, $1) }
    }

    @Test(arguments: Fixture.all.filter { $0.scenario == "modprobe" })
    func theKernelsOwn(fixture: Fixture) throws {
        let observations = try assemble(fixture)
        var expected = [kernelExchange(.tableAccess, 0, 0x10000)] + table
        if fixture.kernel == "6.1" {
            expected.insert(kernelExchange(.discovery, 0, 0x0100_0001), at: 0)
            expected.insert(kernelExchange(.discovery, 1, 0x0002_1e98), at: 1)
        }
        #expect(observations.map(exchange) == expected)
        #expect(observations.allSatisfy { $0.road == .kernel && $0.way == .kernel && $0.threads.count == 1 })
        #expect(observations.allSatisfy { $0.began < $0.ended })
    }

    @Test(arguments: Fixture.all.filter { $0.scenario == "stolen-response" })
    func theKernelTakesWhatSomebodyLeft(fixture: Fixture) throws {
        let observations = try assemble(fixture)
        let left = observations.filter { $0.road == .bypass }
        let expected = ObservedExchange(
            object: .discovery, request: [1, 3, 0], isRequestWhole: true, response: fixture.showsReads ? [] : nil,
            ending: .abandoned)
        #expect(left.map(exchange) == [expected])
        let kernels = observations.filter { $0.road == .kernel }.map(exchange)
        let failed = ObservedExchange(
            object: .tableAccess, request: [0], isRequestWhole: false, response: nil, ending: .failed, error: 5)
        // 6.1 tries again.
        #expect(kernels == [failed] + (fixture.kernel == "6.1" ? table : []))
    }
}
