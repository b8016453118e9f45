internal import DOEWords

/// What is before the time asked for. When a missing record was written nobody knows: it is before that time only
/// where a number behind it was given before, and no record of that time is before it.
extension ChainCheck {
    /// The highest number of an instance up to which all were given before the time asked for; `nil` where that is
    /// not known of any.
    func settledEnd(of key: TrailKey) -> UInt64? {
        guard let end = instances[key]?.settledEnd, !isBehind(key) else { return nil }
        return end
    }

    /// Whether the first numbers of an instance are missing, as far as the time asked for is concerned, and a vacuum
    /// would have taken others before.
    func isHeadless(_ key: TrailKey) -> Bool {
        guard instances[key]?.seen.first ?? 1 > 1, predecessor(of: key) != nil else { return false }
        return settledEnd(of: key) == nil && !isOver(key)
    }

    /// Whether all of an instance was over before the time asked for: that begins within one that came after it.
    func isOver(_ key: TrailKey) -> Bool {
        guard instances[key]?.start == nil else { return false }
        let later = namersInTurn(of: key)
        for instance in later {
            if settledEnd(of: instance) != nil { return true }
            if instances[instance]?.start != nil { return false }
        }
        guard later.isEmpty, let place = order.firstIndex(of: key) else { return false }
        return order[(place + 1)...].contains { $0.machine == key.machine && settledEnd(of: $0) != nil }
    }

    /// Whether an instance before it has a record of that time: then the clock was set back.
    private func isBehind(_ key: TrailKey) -> Bool {
        var (top, next) = (key, namedBefore[key])
        var seen: Set<TrailKey> = [key]
        while let before = next, seen.insert(before).inserted {
            if instances[before]?.start != nil { return true }
            if instances[before] != nil { top = before }
            next = namedBefore[before]
        }
        // Which one was before the first that names none only the journal's order tells; those that come after it by
        // name may have been read before.
        let later = seen.union(namersInTurn(of: key))
        guard let place = order.firstIndex(of: top) else { return false }
        return order[..<place].contains {
            $0.machine == key.machine && instances[$0]?.start != nil && !later.contains($0)
        }
    }

    /// The instance that names this one as the one before it, the one that names that one, and so on.
    private func namersInTurn(of key: TrailKey) -> [TrailKey] {
        var found: [TrailKey] = []
        var next = namers[key]
        while let namer = next, namer != key, !found.contains(namer) {
            found.append(namer)
            next = namers[namer]
        }
        return found
    }
}
