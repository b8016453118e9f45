internal import DOEConfiguration
internal import DOEPolicy

/// Something found in a rule file, as programs read it.
struct RuleFinding: Encodable {
    var file: String
    var line: Int
    var column: Int
    var message: String
    var remedy: String?

    init(_ place: SourcePlace, _ message: String, _ remedy: String?) {
        file = place.file
        line = place.line
        column = place.column
        self.message = message
        self.remedy = remedy
    }

    init(_ error: RuleError) { self.init(error.place, error.message, error.remedy) }
    init(_ warning: RuleWarning) { self.init(warning.place, warning.message, warning.remedy) }
    init(_ rules: ExposedRules) {
        file = rules.path
        line = 1
        column = 1
        message = rules.problem
        remedy = rules.remedy
    }
    init(_ difference: ExpectationDifference) {
        self.init(difference.place, difference.message, nil)
    }
}
