internal import DOESimulator
internal import DOEWords

/// `--simulate` names something that the simulator does not have.
struct UnknownModel: ExplainedError {
    let word: String
    var problem: String { "--simulate: there is no simulated function '\(word)'" }
    var remedy: String? { "there are: \(SimulatedFunction.modelNames.joined(separator: ", "))" }
}
