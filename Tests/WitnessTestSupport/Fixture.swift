package import DOETrace
package import DOEWords
internal import Foundation

/// What probes wrote on one kernel while a mailbox was used: `Tests/DOEWitnessFixtures`, whose README says how it was made.
package struct Fixture: CustomStringConvertible, Sendable {
    package static let root =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/DOEWitnessFixtures"

    /// The kernels there are.
    package static let kernels = ["6.1", "6.12", "7.3"]
    package static let scenarios = [
        "setpci", "setpci-in-one-process", "proc-bus-pci", "lspci", "modprobe", "stolen-response",
    ]
    package static let all = kernels.flatMap { kernel in scenarios.map { Fixture(kernel, $0) } }

    /// The capture's names of probes, and what each is to us. `uwd_btf` is another form of `uwd`, and `cfgr_rv` of what
    /// `urd_ret` shows; on 6.12 and later `kdone` shows once more what `kdoe_ret` does.
    package static let roles: [String: ProbeRole] = [
        "cfgw": .fileWrite, "procw": .procWrite, "uwd": .write32, "uww": .write16, "uwb": .write8, "urd": .read32,
        "urd_ret": .readEnded, "submit": .kernelRequestBefore64, "kdoe": .kernelRequest, "kdoe_ret": .kernelResponse,
        "cdatdone": .taskComplete, "cfgr": .canary,
    ]

    package let kernel: String
    package let scenario: String

    package init(_ kernel: String, _ scenario: String) {
        self.kernel = kernel
        self.scenario = scenario
    }

    package var description: String { "\(kernel) \(scenario)" }

    /// Whether this kernel shows what is read.
    package var showsReads: Bool { kernel != "6.1" }

    package func role(of event: String) -> ProbeRole? {
        event == "kdone" && kernel == "6.1" ? .taskComplete : Self.roles[event]
    }

    /// A file of the kernel's folder.
    package func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(Self.root)/\(kernel)/\(path)") else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        return Array(data)
    }

    package func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// The formats of all events that this kernel had probes for.
    package func formats() throws -> [EventFormat] {
        try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(kernel)/events").sorted()
            .map { try EventFormat(text("events/\($0)")) }
    }

    package func header() throws -> PageHeader { try PageHeader(text("header_page")) }

    /// A decoder that knows all events with a role.
    package func decoder() throws -> EventDecoder {
        var decoder = EventDecoder(try header())
        for format in try formats() {
            if let role = role(of: format.name) { try decoder.learn(format, as: role) }
        }
        return decoder
    }

    /// The pages of one processor.
    package func pages(_ processor: Int) throws -> [[UInt8]] {
        let bytes = try bytes("\(scenario)/cpu\(processor)")
        return stride(from: 0, to: bytes.count, by: 4096).map { Array(bytes[$0..<$0 + 4096]) }
    }

    /// All its events with a role, in order of time.
    package func events() throws -> [TracedEvent] {
        var (decoder, events) = (try decoder(), [TracedEvent]())
        for page in try pages(0) + pages(1) {
            let reading = unsafe decoder.decode(page: page.span.bytes, into: &events)
            if let damage = reading.damage { throw damage }
        }
        var merger = TraceMerger()
        return merger.merge(events, began: .max)
    }
}
