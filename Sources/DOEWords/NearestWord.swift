/// Finds what somebody meant to write.
public enum NearestWord {
    /// The known word that is nearest to a mistyped one; `nil` where none is near enough to be meant.
    public static func to(_ text: String, among words: [String]) -> String? {
        near(text, among: words, atMost: 1).first
    }

    /// The known words that are near enough to a mistyped one to be meant, the nearest first.
    public static func near(_ text: String, among words: [String], atMost count: Int) -> [String] {
        guard text.utf8.count <= 32 else { return [] }
        let limit = text.utf8.count <= 3 ? 1 : text.utf8.count <= 6 ? 2 : 3
        // Of three letters one wrong one makes another word: gid is not uid.
        let words = text.utf8.count > 3 ? words : words.filter { $0.utf8.first == text.utf8.first }
        let found = words.map { (word: $0, distance: distance(text, $0)) }.filter { $0.distance <= limit }
        // Of equals the one that stands first.
        let order = found.indices.sorted { (found[$0].distance, $0) < (found[$1].distance, $1) }
        return order.prefix(count).map { found[$0].word }
    }

    /// `did you mean 'user'?`, or else the list of what there is.
    public static func advice(_ text: String, among words: [String], called plural: String) -> String {
        if let word = to(text, among: words) { return "did you mean '\(word)'?" }
        return "\(plural): \(words.joined(separator: ", "))"
    }

    /// How many letters must be put in, taken out, replaced, or swapped with their neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var twoBack: [Int] = []
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, twoBack[column - 1] + 1)
                }
                current.append(best)
            }
            twoBack = previous
            previous = current
        }
        return previous[right.count]
    }
}
