public import DOEWords

extension SightEntry {
    /// What the witness says of itself.
    public init(_ sight: Sight) {
        self.init(
            since: Int64(clamping: sight.since),
            unseenSince: sight.isBlind ? nil : sight.unseenSince.map { Int64(clamping: $0) },
            blind: sight.blindness?.problem, remedy: sight.blindness?.remedy,
            missed: Int64(clamping: sight.missed))
    }

    /// For how long nobody had looked before it began to see: `, after 2 s in which nobody looked`; empty where that
    /// is not known.
    public var unseenWords: String {
        guard blind == nil, let unseenSince, unseenSince <= since else { return "" }
        return ", after \((since - unseenSince) / 1_000_000) s in which nobody looked"
    }

    /// The sentence that stands above all others; `nil` while it sees.
    public var blindSentence: String? {
        guard let blind else { return nil }
        let since = Timestamp(microseconds: UInt64(clamping: since)).point
        return "witness: BLIND since \(since): \(blind)\(remedy.map { "; \($0)" } ?? "")"
    }
}

extension SightEntry.Answer {
    /// The same with the roads; `nil` is for a witness that is switched off.
    public init(_ sight: Sight?) {
        self.init(
            sight: sight.map { SightEntry($0) },
            roads: sight?.roads.map {
                RoadEntry(way: $0.way, degree: $0.degree.rawValue, reason: $0.reason, remedy: $0.remedy)
            } ?? [])
    }
}
