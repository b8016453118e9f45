internal import DOEWords
internal import PCIConfig

/// One IDE capability for people: a line about it, a row a stream, then what is wrong.
struct IDEText {
    let function: IDEScan.Found
    let capability: IDECapability

    var text: String { ([headline] + rows + attention).joined(separator: "\n") }

    private var headline: String {
        let place = "\(function.address)  \(function.device)  IDE at 0x\(capability.offset.hex(digits: 3))"
        guard let support = capability.support else { return place }
        let streams =
            "\(counted(support.linkStreamCount, "link stream")), "
            + counted(support.selectiveStreamCount, "selective stream")
        return "\(place): \(streams); \(abilities(support).joined(separator: ", "))"
    }

    private func abilities(_ support: IDESupport) -> [String] {
        var words = [support.algorithm.description]
        if support.keyManagement { words.append("IDE_KM") }
        if support.plaintextCRC { words.append("PCRC") }
        if support.partialHeaderEncryption { words.append("partial header encryption") }
        if support.aggregation { words.append("aggregation") }
        if support.configRequests { words.append("config requests") }
        if support.teeLimited { words.append("TEE-limited") }
        if support.xtMode { words.append("XT") }
        if support.flowThrough { words.append("flow-through \(capability.isFlowThroughEnabled ? "on" : "off")") }
        return words
    }

    /// All in one table; a stream with several address ranges has a row for each.
    private var rows: [String] {
        guard !capability.linkStreams.isEmpty || !capability.selectiveStreams.isEmpty else { return [] }
        var table = Table("  STREAM", "ENABLED", "STATE", "ID", "TC", "OPTIONS", "REQUESTERS", "ADDRESSES")
        for (index, stream) in capability.linkStreams.enumerated() {
            add("link \(index)", stream, options(stream.control), "-", ["-"], to: &table)
        }
        for (index, stream) in capability.selectiveStreams.enumerated() {
            let ranges = stream.addresses.filter(\.isValid).map(\.description)
            add(
                "selective \(index)", stream, options(stream), stream.requesters.description,
                ranges.isEmpty ? ["none"] : ranges, to: &table)
        }
        return [table.text]
    }

    private func add(
        _ name: String, _ stream: some IDEStream, _ options: [String], _ requesters: String, _ addresses: [String],
        to table: inout Table
    ) {
        table.add(
            "  \(name)", stream.control.isEnabled ? "yes" : "no", stream.status.state.description,
            "\(stream.control.streamID)", "\(stream.control.trafficClass)",
            options.isEmpty ? "-" : options.joined(separator: ", "), requesters, addresses.first ?? "-")
        for range in addresses.dropFirst() { table.add("", "", "", "", "", "", "", range) }
    }

    /// What both kinds may have switched on; the one algorithm that there is goes without saying.
    private func options(_ control: IDEStreamControl) -> [String] {
        var words: [String] = []
        if control.algorithm != .aesGCM256 { words.append("algorithm \(control.algorithm)") }
        if control.isPlaintextCRCEnabled { words.append("PCRC") }
        if control.headerEncryption != .none { words.append("header \(control.headerEncryption)") }
        if control.aggregation.isOn { words.append("aggregation \(control.aggregation)") }
        if control.isXTEnabled { words.append("XT") }
        return words
    }

    private func options(_ stream: IDESelectiveStream) -> [String] {
        var words: [String] = []
        if stream.isDefault { words.append("default") }
        if stream.isTEELimited { words.append("TEE-limited") }
        if stream.carriesConfigRequests { words.append("config requests") }
        return words + options(stream.control)
    }

    private var attention: [String] {
        var lines: [String] = []
        for (index, stream) in capability.linkStreams.enumerated() { lines += trouble("link \(index)", stream) }
        for (index, stream) in capability.selectiveStreams.enumerated() {
            lines += trouble("selective \(index)", stream) + reversed("selective \(index)", stream)
        }
        if let damage = capability.damage { lines.append("not decoded to its end: \(damage)") }
        if let damage = function.chainDamage { lines.append("there may be more capabilities: \(damage)") }
        return lines.map { "  " + Terminal.alarming("! \($0)") }
    }

    /// A range that carries nothing is one that somebody has set up wrongly.
    private func reversed(_ name: String, _ stream: IDESelectiveStream) -> [String] {
        var lines: [String] = []
        if stream.requesters.isReversed {
            lines.append("\(name): requesters \(stream.requesters) end below their start: none is meant")
        }
        for range in stream.addresses where range.isReversed {
            lines.append("\(name): addresses \(range) end below their start: none is meant")
        }
        return lines
    }

    private func trouble(_ name: String, _ stream: some IDEStream) -> [String] {
        var lines: [String] = []
        if stream.isEnabledButNotSecure {
            lines.append("\(name) is enabled and not secure: its traffic is not protected")
        }
        if stream.status.receivedFailMessage { lines.append("\(name): the other end has reported an IDE failure") }
        return lines
    }
}
