import DOEWords
import Testing

@testable import DOEAssembly

/// What the kernel does itself: its own exchanges, and writes that are part of none.
struct KernelRoadTests {
    private let other = ObjectID(vendor: 0x10de, type: 1)

    private func begin(_ house: inout AssemblyHouse, _ object: ObjectID, capability: UInt16 = 0x190, by thread: Int32) {
        house.happen(
            .kernelRequest(
                function: AssemblyHouse.function, capability: capability, object: object,
                firstDword: UInt32(thread)), by: thread)
    }

    private func end(_ house: inout AssemblyHouse, _ object: ObjectID, result: Int32 = 8, by thread: Int32) {
        house.happen(.kernelResponse(object: object, firstDword: result < 0 ? nil : 1, result: result), by: thread)
    }

    private func ended(_ house: AssemblyHouse) -> [String] {
        house.observations.compactMap { observation in
            guard case .exchange(let exchange, let name) = observation.what else { return nil }
            let first = exchange.request.first.map { String($0) } ?? "-"
            return "\(name) \(first) \(exchange.ending) \(exchange.error) by \(observation.threads)"
        }
    }

    @Test func severalAtOnce() {
        var house = AssemblyHouse(mailboxes: [0x190, 0x200])
        begin(&house, .tableAccess, by: 1)
        begin(&house, .tableAccess, capability: 0x200, by: 2)
        begin(&house, other, by: 1)
        end(&house, .tableAccess, by: 2)
        end(&house, other, result: -110, by: 1)
        end(&house, .tableAccess, by: 1)
        #expect(
            ended(house) == [
                "0000:0d:00.0@200 2 done 0 by [2]", "0000:0d:00.0@190 1 failed 110 by [1]",
                "0000:0d:00.0@190 1 done 0 by [1]",
            ])
        end(&house, .tableAccess, by: 1)
        #expect(house.observations.count == 3 && house.assembler.responsesWithoutRequest == 1)
    }

    /// Before 6.4 they end on other threads, in the order in which they began.
    @Test func onOtherThreads() {
        var house = AssemblyHouse(mailboxes: [0x190, 0x200])
        begin(&house, .tableAccess, capability: 0x200, by: 1)
        begin(&house, .tableAccess, by: 2)
        begin(&house, other, by: 3)
        end(&house, .tableAccess, by: 9)
        end(&house, other, by: 9)
        end(&house, .tableAccess, by: 8)
        #expect(
            ended(house) == [
                "0000:0d:00.0@200 1 done 0 by [1]", "0000:0d:00.0@190 3 done 0 by [3]",
                "0000:0d:00.0@190 2 done 0 by [2]",
            ])
    }

    @Test func withoutAResponseItIsGivenUp() {
        var house = AssemblyHouse()
        begin(&house, .tableAccess, by: 1)
        house.wait(milliseconds: 9_900)
        #expect(house.observations.isEmpty)
        house.wait(milliseconds: 200)
        #expect(ended(house) == ["0000:0d:00.0@190 1 abandoned 0 by [1]"])
        // From then on its writes would be seen.
        house.kernelWrite(1, at: 0x198, by: 5)
        #expect(house.exchanges.last?.ending == .aborted)
    }

    private func drive(_ house: inout AssemblyHouse, by thread: Int32) {
        for dword in [0x0001_10de, 3, 5] as [UInt32] { house.kernelWrite(dword, at: 0x1a0, by: thread) }
        house.kernelWrite(1 << 31, at: 0x198, by: thread)
        for _ in 0..<3 { house.kernelWrite(0, at: 0x1a4, by: thread) }
    }

    /// What the kernel's own exchanges are made of is told by them; what comes without one is a module's.
    @Test func aModuleThatDrivesAMailbox() {
        var house = AssemblyHouse()
        begin(&house, .tableAccess, by: 1)
        drive(&house, by: 2)
        end(&house, .tableAccess, by: 1)
        #expect(house.observations.count == 1)
        drive(&house, by: 7)
        house.wait(milliseconds: 1_100)
        #expect(
            house.exchanges.last
                == ObservedExchange(
                    object: other, request: [0x0001_10de, 3, 5], isRequestWhole: true, response: nil, ending: .done))
        #expect(house.observations.last?.road == .kernel && house.observations.last?.way == .kernel)
        #expect(house.observations.last?.threads == [7] && house.observations.count == 2)
    }

    /// It uses the rest of config space all the time.
    @Test func otherRegistersAreItsOwn() {
        var house = AssemblyHouse()
        house.kernelWrite(0, at: 0x004, by: 1)
        house.kernelWrite(0, at: 0x1a8, by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.observations.isEmpty)
    }

    /// A process and the kernel at one mailbox: each has its own.
    @Test func aProcessBesideIt() {
        var house = AssemblyHouse()
        house.write(0x0001_10de, at: 0x1a0, by: 1)
        drive(&house, by: 7)
        house.write(3, at: 0x1a0, by: 1)
        house.write(5, at: 0x1a0, by: 1)
        house.go(by: 1)
        house.answer([0x0001_10de, 2], by: 1)
        house.wait(milliseconds: 60_000)
        #expect(house.exchanges.map(\.request) == [[0x0001_10de, 3, 5], [0x0001_10de, 3, 5]])
        #expect(house.observations.map(\.road) == [.bypass, .kernel])
    }
}
