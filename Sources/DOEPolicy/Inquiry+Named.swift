internal import DOEObjects
internal import DOEWords

extension Inquiry {
    /// What to write where an object has no one SPDM request of a name.
    static let spdmRemedy =
        "what is encrypted is opaque, and VENDOR_DEFINED_REQUEST stands for many: write TDISP, or PCI-SIG.10de"

    /// Makes it an inquiry about the SPDM request of a name, as `spdm=` has it. `false` where the object has no one request
    /// of that name; then nothing changes.
    public mutating func ask(spdm name: String) -> Bool { ask(name, as: .spdm) }

    /// What the request is called, as `spdm=` or `compliance=` would have it, in each way in which a device may read
    /// it; empty where it has no such name, and where there is no request.
    public var requestNames: [String] {
        var names: [String] = []
        for name in (spdmNames.value ?? []).flatMap(\.self) + (complianceNames.value ?? [])
        where !names.contains(name) {
            names.append(name)
        }
        return names
    }

    mutating func ask(_ name: String, as key: RuleKey) -> Bool {
        let commands = OutOfBandRequest.Kind.allCases.map { OutOfBandRequest($0) }
        if key == .spdm, object == .spdm, let command = commands.first(where: { $0.name == name }) {
            outOfBand = command
            return true
        }
        let made =
            key == .spdm
            ? DataObject(spdmRequest: name, in: object)
            : object == .compliance ? DataObject(complianceRequest: name) : nil
        guard let made else { return false }
        request = made
        return true
    }
}
