internal import CGcrypt

/// A SHA-256 digest, computed by libgcrypt.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// The digest of some bytes.
    public init(of content: some Sequence<UInt8>) {
        let input = Array(content)
        unsafe self.init(of: input.span.bytes)
    }

    /// The digest of some bytes.
    public init(of content: RawSpan) {
        Self.prepareOnce
        bytes = unsafe Array(unsafeUninitializedCapacity: 32) { output, count in
            unsafe content.withUnsafeBytes { input in
                unsafe gcry_md_hash_buffer(
                    Int32(GCRY_MD_SHA256.rawValue), output.baseAddress, input.baseAddress, input.count)
            }
            count = 32
        }
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(\.isLowercaseHexDigit),
            let bytes = [UInt8](hexadecimal: text)
        else { return nil }
        self.bytes = bytes
    }

    /// The digest that stands before the first record: 32 zero bytes.
    public static let zero = SHA256Digest(bytes: Array(repeating: 0, count: 32))

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// 64 lower-case hexadecimal digits.
    public var description: String { bytes.hexadecimal }

    /// libgcrypt wants to be asked for its version before anything else ("Initializing the library").
    private static let prepareOnce: Void = {
        unsafe gcry_check_version(nil)
    }()
}
