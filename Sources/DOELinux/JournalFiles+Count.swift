extension JournalFiles {
    /// How many files a journal has now; none of them is opened.
    public static func count(of source: JournalSource) -> Int {
        var files = JournalFiles(unopened: source)
        return files.directories().reduce(0) { $0 + files.names(in: $1).count(where: \.isJournalFile) }
    }
}
