internal import DOESimulator
internal import DOEWords

/// `--simulate` names something that the simulator does not have, or the same twice.
struct UnknownModel: ExplainedError {
    let problem: String
    var remedy: String? {
        "there are, each once: \(SimulatedFunction.modelNames.joined(separator: ", ")), spdm=ADDRESS:PORT"
    }

    init(word: String) { problem = "--simulate: there is no simulated function '\(word)'" }

    init(address place: String) {
        problem = "--simulate: '\(place)' is no numeric IPv4 address with a port, and no path of a Unix socket"
    }

    init(twice word: String) { problem = "--simulate: '\(word)' is named twice" }
}
