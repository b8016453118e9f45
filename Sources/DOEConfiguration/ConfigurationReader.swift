internal import DOEWords

/// Puts values over values, and notes every mistake.
struct ConfigurationReader {
    private let keys: [KeyDefinition]
    private var found: [String: (value: ConfigurationValue, source: ConfigurationSource)] = [:]
    private(set) var mistakes: [String] = []

    init(keys: [KeyDefinition]) { self.keys = keys }

    var settings: [Configuration.Setting] {
        keys.map { key in
            let found = found[key.name]
            return .init(definition: key, value: found?.value ?? key.standard, source: found?.source ?? .standard)
        }
    }

    mutating func read(_ file: DropInFile) {
        let document: TOMLDocument
        do throws(TOMLDocument.Failure) {
            document = try TOMLDocument(file.text)
        } catch {
            return mistakes.append("\(file.path):\(error.line): \(error.description.printable)")
        }
        for entry in document.entries {
            let source = ConfigurationSource.file(file.path, line: entry.line)
            guard let key = keys.first(where: { $0.name.utf8.elementsEqual(entry.key.utf8) }) else {
                mistakes.append(
                    "\(file.path):\(entry.line): there is no key '\(entry.key.printable)'; \(advice(entry))")
                continue
            }
            switch entry.value {
            case .value(let value): take(value, of: key, from: source)
            case .other(let what): refuse(what, of: key, from: source)
            }
        }
    }

    mutating func take(_ texts: [String], ofOption name: String) {
        guard let key = keys.first(where: { $0.name == name }) else {
            return mistakes.append("--\(name): there is no such key")
        }
        guard let value = key.value(of: texts) else {
            let shown = texts.map { "'\($0.printable)'" }.joined(separator: ", ")
            return refuse(shown, of: key, from: .commandLine)
        }
        found[key.name] = (value, .commandLine)
    }

    private mutating func take(_ value: ConfigurationValue, of key: KeyDefinition, from source: ConfigurationSource) {
        guard key.takes(value) else { return refuse(value.description.printable, of: key, from: source) }
        found[key.name] = (value, source)
    }

    private mutating func refuse(_ what: String, of key: KeyDefinition, from source: ConfigurationSource) {
        mistakes.append("\(source.subject(key.name)) takes \(key.expectation), not \(what)")
    }

    private func advice(_ entry: TOMLDocument.Entry) -> String {
        // A table cannot be meant: keys are flat.
        if entry.value == .other("a table") { return "keys stand at the top level, without [tables] and dots" }
        return NearestWord.advice(entry.key, among: keys.map(\.name), called: "keys")
    }
}
