extension HeldConfigSpace {
    /// Its IDE capabilities in the order of the chain; a well-made function has one at most. Throws `unavailable`
    /// where it sleeps or is lent to a guest by now.
    package func ideCapabilities() throws(ConfigSpaceError) -> [IDECapability] {
        let places = capabilities.capabilities.filter { $0.id == .integrityAndDataEncryption }
        guard !places.isEmpty else { return [] }
        try checkAvailable()
        var found: [IDECapability] = []
        for place in places { found.append(try IDECapability(reading: self, at: place, among: capabilities)) }
        return found
    }
}
