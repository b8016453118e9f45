/// One line of `GetConfiguration`: a key, its value, and where it comes from.
public struct SettingEntry: Codable, Hashable, Sendable {
    /// `frame-timeout`
    public var name: String
    /// As it is written in a file, which is JSON as well; absent for none.
    public var value: String?
    /// The value where nobody has set one; absent for none.
    public var `default`: String?
    /// default, file, command-line or kernel-command-line.
    public var source: String
    /// Which file.
    public var file: String?
    /// Its line, from 1.
    public var line: Int?

    /// An entry from its parts.
    public init(name: String, value: String?, default: String?, source: String, file: String?, line: Int?) {
        self.name = name
        self.value = value
        self.default = `default`
        self.source = source
        self.file = file
        self.line = line
    }

    /// The shape on the wire.
    public struct Answer: Codable, Hashable, Sendable {
        /// Every key.
        public var settings: [SettingEntry]
        /// The files that were read, in their order.
        public var files: [String]
        /// What on the kernel's command line could not be understood or believed.
        public var complaints: [String]

        /// An answer.
        public init(settings: [SettingEntry], files: [String], complaints: [String]) {
            self.settings = settings
            self.files = files
            self.complaints = complaints
        }
    }
}
