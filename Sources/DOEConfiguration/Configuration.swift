internal import DOEWords

/// The daemon's configuration: every key's value, and where it comes from.
@dynamicMemberLookup
public struct Configuration: Sendable {
    /// One key as it is set.
    public struct Setting: Sendable {
        /// Which key.
        public let definition: KeyDefinition
        /// Its value; `nil` for none.
        public let value: ConfigurationValue?
        /// Where the value comes from.
        public let source: ConfigurationSource
    }

    /// What was given on the command line: a key's name, and the texts of its option.
    public typealias Given = (name: String, texts: [String])

    /// Every key, in the order of the table.
    public let settings: [Setting]
    /// The files that were read, in their order.
    public let files: [String]
    /// Files that look as if they were meant, and were not read.
    public let passedOver: [PassedOverFile]

    /// A key's value: `configuration.frameTimeout`.
    public subscript<Value>(dynamicMember path: KeyPath<ConfigurationKeys, ConfigurationKey<Value>>) -> Value {
        self[ConfigurationKeys()[keyPath: path]]
    }

    subscript<Value>(key: ConfigurationKey<Value>) -> Value {
        key.read(settings.first { $0.definition.name == key.definition.name }?.value)
    }

    /// Reads the files, and puts what was given on the command line over them.
    ///
    /// Throws every mistake at once: what is no TOML, keys that do not exist, values that they do not take, files that
    /// cannot be read or must not be believed. What does not fit together is looked at where nothing else is wrong.
    public static func load(
        _ files: ConfigurationFiles, commandLine: [Given] = [], keys: [KeyDefinition] = ConfigurationKeys.all
    ) throws(ConfigurationError) -> Configuration {
        var reader = ConfigurationReader(keys: keys)
        let found: [DropInFile]
        do throws(DropInError) {
            found = try files.read()
        } catch {
            throw ConfigurationError([error.description])
        }
        for file in found { reader.read(file) }
        for (name, texts) in commandLine { reader.take(texts, ofOption: name) }
        let configuration = Configuration(
            settings: reader.settings, files: found.map(\.path), passedOver: files.passedOver())
        let mistakes = reader.mistakes + configuration.textMistakes
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes) }
        let relations = configuration.relationMistakes
        guard relations.isEmpty else { throw ConfigurationError(relations) }
        return configuration
    }
}
