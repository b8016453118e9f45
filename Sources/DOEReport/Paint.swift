/// Colours, for a terminal that shows them.
enum Paint: String {
    case critical = "1;31"
    case warning = "33"
    case good = "32"
    case title = "1"

    /// The text in this colour, or as it is where no colour was asked for.
    func on(_ text: String, colored: Bool) -> String {
        colored ? "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" : text
    }
}
