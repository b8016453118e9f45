internal import DOELinux
package import DOETrace
package import DOEWords

/// The witness' arms in the broker's hands.
final class BrokerArms: Arms {
    /// To find out what the kernel has, and have it take probes and programs, takes seconds.
    private static let armingLimit: UInt64 = 60_000_000
    /// Functions that came are looked at, and a device can keep whoever does that waiting.
    private static let watchLimit: UInt64 = 30_000_000
    /// Some hundred files of the kernel's.
    private static let limit: UInt64 = 10_000_000

    private let client: BrokerClient

    private init(_ client: BrokerClient) { self.client = client }

    static func arm(
        _ functions: [WatchedFunction], by client: BrokerClient
    ) throws(Obstacle) -> ArmedTrace {
        let arms = BrokerArms(client)
        try arms.name(functions)
        let report = try arms.report(.arm, armingLimit)
        do throws(Obstacle) {
            return ArmedTrace(
                arms, report, try ArmedFiles(of: report) { index throws(Obstacle) in try arms.pair(index) })
        } catch {
            try? arms.disarm()
            throw error
        }
    }

    func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport {
        try name(functions)
        return try report(.watch, Self.watchLimit)
    }

    func check() throws(Obstacle) -> ArmsReport { try report(.check, Self.limit) }

    func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle) {
        try order(.beginCanary(function, thread: thread))
    }

    func endCanary() { client.tell(.arms(.endCanary)) }

    func disarm() throws(Obstacle) { try order(.disarm) }

    func leave() throws(Obstacle) { try order(.leave) }

    /// Which of them have a mailbox, and where, the broker finds for itself.
    private func name(_ functions: [WatchedFunction]) throws(Obstacle) {
        let addresses = functions.map(\.address)
        var place = 0
        repeat {
            let part = addresses[place..<min(place + ArmsRequest.mostFunctions, addresses.count)]
            try order(.functions(Array(part), areFirst: place == 0))
            place += ArmsRequest.mostFunctions
        } while place < addresses.count
    }

    private func order(_ request: ArmsRequest) throws(Obstacle) {
        guard case .done = try answer(request, Self.limit) else { throw Obstacle(BrokerSilence.unreadable) }
    }

    private func pair(_ index: Int) throws(Obstacle) -> ArmedFiles.Pair {
        guard case .pair(let one, let other) = try answer(.files(UInt32(clamping: index)), Self.limit) else {
            throw Obstacle(BrokerSilence.unreadable)
        }
        return (one, other)
    }

    private func report(_ request: ArmsRequest, _ limit: UInt64) throws(Obstacle) -> ArmsReport {
        guard case .file(let file) = try answer(request, limit) else { throw Obstacle(BrokerSilence.unreadable) }
        let bytes: [UInt8]
        do throws(LinuxError) {
            bytes = try SealedMemory.content(of: file, limit: ArmsReport.mostBytes, subject: "the broker's report")
        } catch {
            throw Obstacle(error)
        }
        guard let report = ArmsReport.read(bytes) else { throw Obstacle(BrokerSilence.unreadable) }
        return report
    }

    private func answer(_ request: ArmsRequest, _ limit: UInt64) throws(Obstacle) -> BrokerAnswer {
        let answer: BrokerAnswer
        do throws(BrokerSilence) {
            answer = try client.ask(.arms(request), withinMicroseconds: limit)
        } catch {
            throw Obstacle(error)
        }
        if case .no(let error) = answer { throw Obstacle(error) }
        return answer
    }
}

extension BrokerClient: Arming {
    /// Has the broker arm the witness.
    package func arm(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmedTrace {
        try BrokerArms.arm(functions, by: self)
    }
}
