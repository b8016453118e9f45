/// The kernels that themselves use an object: `6.0..` or `6.2..6.8`, both ends included with all their updates.
struct KernelRange: Hashable, Sendable, CustomStringConvertible {
    let low: KernelVersion
    let high: KernelVersion?

    init(low: KernelVersion, high: KernelVersion?) {
        self.low = low
        self.high = high
    }

    /// Parses the canonical spelling; anything else, and a range that ends below its start, is `nil`.
    init?(_ text: String) {
        let utf8 = Array(text.utf8)
        let dot = UInt8(ascii: ".")
        guard utf8.count >= 2,
            let dots = utf8.indices.dropLast().first(where: { utf8[$0] == dot && utf8[$0 + 1] == dot }),
            let low = KernelVersion(String(decoding: utf8[..<dots], as: UTF8.self))
        else { return nil }
        let rest = String(decoding: utf8[(dots + 2)...], as: UTF8.self)
        let high = KernelVersion(rest)
        guard rest.isEmpty || high != nil, high.map({ $0 >= low }) ?? true else { return nil }
        self.init(low: low, high: high)
    }

    /// Whether a kernel is one of them.
    func contains(_ version: KernelVersion) -> Bool {
        version >= low && (high.map { version <= $0 } ?? true)
    }

    var description: String { "\(low)..\(high.map(\.description) ?? "")" }
}
