extension Client {
    /// Who asks, for a person: `uid 1000 /usr/bin/agent[4711] of agent.service`.
    public var words: String {
        if via == .known(.tcp) { return tcpUID.value.map { "a TCP client of uid \($0)" } ?? "a TCP client" }
        var text = "uid \(uid)"
        // A client chooses its program's name.
        if let name = exe.value?.asName ?? exeBytes?.asName { text += " \(name)" }
        if case .known(let pid) = pid { text += "[\(pid)]" }
        if case .known(let unit) = unit { text += " of \(unit.asName(limit: Self.unitLimit))" }
        return text
    }

    /// So many bytes of a unit's name are shown.
    private static let unitLimit = 128

    /// The same for the eyes of another client: what `ps` shows to everybody, and no more.
    public var shortWords: String {
        if via == .known(.tcp) { return "a TCP client" }
        guard case .known(let pid) = pid else { return "uid \(uid)" }
        return "uid \(uid), process \(pid)"
    }
}
