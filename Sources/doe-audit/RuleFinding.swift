internal import DOEConfiguration
internal import DOEPolicy

/// Something found in a rule file, as programs read it.
struct RuleFinding: Encodable {
    var file: String
    var line: Int
    var column: Int
    var message: String
    var remedy: String?

    /// What was found and what to do, without the place.
    var words: String { remedy.map { "\(message); \($0)" } ?? message }

    init(_ place: SourcePlace, _ message: String, _ remedy: String?) {
        file = place.file
        line = place.line
        column = place.column
        self.message = message
        self.remedy = remedy
    }

    init(_ error: RuleError) { self.init(error.place, error.message, error.remedy) }
    init(_ warning: RuleWarning) { self.init(warning.place, warning.message, warning.remedy) }
    init(_ rules: ExposedRules) { self.init(file: rules.path, message: rules.problem, remedy: rules.remedy) }

    /// Of a whole file or directory.
    init(file: String, message: String, remedy: String?) {
        self.file = file
        line = 1
        column = 1
        self.message = message
        self.remedy = remedy
    }
    init(_ difference: ExpectationDifference) {
        self.init(difference.place, difference.message, nil)
    }
}
