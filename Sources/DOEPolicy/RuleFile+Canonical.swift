extension RuleFile {
    /// The file in its canonical form: what it says stays, comments and empty lines too. Throws every error of its
    /// grammar; whether names exist is not looked up.
    public func canonicalText() throws(PolicyError) -> String {
        var errors = RuleErrorCollector()
        let document = RuleParser.parse(self, errors: &errors)
        try errors.check()
        return document.description
    }
}
