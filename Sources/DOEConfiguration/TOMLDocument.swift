internal import CTOML

/// The top level of a TOML document, as the library reads it.
struct TOMLDocument {
    /// A value that a key may have, or the name of what else stands there.
    enum Value: Hashable {
        case value(ConfigurationValue)
        case other(String)
    }

    struct Entry {
        let key: String
        let value: Value
        /// The line in which the key stands, from 1.
        let line: Int
    }

    /// Why a text is no TOML.
    struct Failure: Error, Hashable {
        let description: String
        let line: Int
    }

    /// In the order of their lines.
    let entries: [Entry]

    init(_ text: String) throws(Failure) {
        var text = text
        let parsed = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe ctoml_parse($0.baseAddress, $0.count) }
        }
        guard let document = unsafe parsed else { throw Failure(description: "there is not enough memory", line: 1) }
        defer { unsafe ctoml_free(document) }
        guard unsafe !ctoml_failed(document) else {
            throw unsafe Failure(
                description: Self.string(ctoml_error(document)), line: max(1, Int(ctoml_error_line(document))))
        }
        entries = unsafe (0..<ctoml_count(document)).map { index in
            unsafe Entry(
                key: Self.string(ctoml_key(document, index)), value: Self.value(at: index, of: document),
                line: Int(ctoml_key_line(document, index)))
        }.sorted { $0.line < $1.line }
    }

    private static func value(at index: Int, of document: OpaquePointer) -> Value {
        let found = unsafe ctoml_value_at(document, index)
        guard unsafe found.kind == CTOML_LIST else { return unsafe value(found) }
        var texts: [String] = []
        for item in unsafe 0..<found.items {
            guard case .value(.text(let text)) = unsafe value(ctoml_item_at(document, index, item)) else {
                return .other("a list with something else in it")
            }
            texts.append(text)
        }
        return .value(.texts(texts))
    }

    private static func value(_ found: ctoml_value) -> Value {
        switch unsafe found.kind {
        case CTOML_TEXT: unsafe .value(.text(string(found.text)))
        case CTOML_INTEGER: unsafe .value(.integer(Int(found.integer)))
        case CTOML_BOOLEAN: unsafe .value(.boolean(found.boolean))
        case CTOML_LIST: .other("a list")
        case CTOML_TABLE: .other("a table")
        default: .other("a number with a point, or a date")
        }
    }

    private static func string(_ text: ctoml_text) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}
