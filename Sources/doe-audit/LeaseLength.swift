/// How long a lease is to be, as it is written on the command line.
enum LeaseLength {
    /// The seconds of `90s`, `30m`, `2h`; `nil` for anything else, and for more than can be counted.
    static func seconds(of text: String) -> Int? {
        guard let unit = text.last, let size = ["s": 1, "m": 60, "h": 3600][unit],
            let number = UInt32(text.dropLast()), String(number) == text.dropLast()
        else { return nil }
        return Int(number) * size
    }
}
