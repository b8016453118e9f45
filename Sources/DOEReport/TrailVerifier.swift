internal import DOEAuditTrail
public import DOEWords

/// Reads ring and journal and checks them, with a daemon at work or without.
public enum TrailVerifier {
    /// How often both are read again where a daemon gave numbers faster than they could be read.
    private static let attempts = 5

    /// Checks what happened at `since` (microseconds since 1970) or later. Without a state directory the ring is left
    /// out: then only a record that is expected tells what is missing at the journal's end.
    public static func verify(
        _ source: TrailSource, stateDirectory: String?, since: UInt64? = nil, deviceLog: DeviceLog? = nil,
        expected: [RecordAnchor] = []
    ) throws(ReportError) -> Verification {
        var before: RecordNumber?
        var attempt = 0
        while true {
            attempt += 1
            // The ring first: what leaves it later is in the journal by then.
            let ring = try stateDirectory.map { path throws(ReportError) in try readRing(path) }
            let empty = VerificationBuilder(
                source: source, since: since, ring: ring, deviceLog: deviceLog, expected: expected)
            var builder = empty
            let reading = TrailReading(try JournalReader(source), wanted: expected + [ring?.anchor].compactMap(\.self))
            let (pass, notes) = try reading.read(empty.pass) {
                builder = empty
            } _: { entry, finding in
                builder.note(entry, finding)
            }
            builder.pass = pass
            // Where the ring stands still, nothing was overtaken: then the numbers are missing indeed.
            let isOvertaken = builder.isOvertaken && ring?.last != before
            // A ring never knows less than the journal: what it gives up it has numbered before.
            let after =
                builder.isAheadOfRing
                ? try stateDirectory.map { path throws(ReportError) in try readRing(path).last } ?? nil : ring?.last
            let isAnotherInstance = after?.instance != ring?.last?.instance
            if !(isOvertaken || isAnotherInstance) || attempt == attempts {
                return builder.finish(notes, ringAfter: after)
            }
            before = ring?.last
        }
    }

    private static func readRing(_ stateDirectory: String) throws(ReportError) -> RingReading {
        do throws(TrailError) {
            return try RingReader.read(stateDirectory: stateDirectory)
        } catch {
            throw ReportError(problem: error.problem, remedy: error.remedy)
        }
    }
}

extension RingReading {
    /// The last record that is known to have been given up to the journal.
    var anchor: RecordAnchor? {
        lastReleased.map {
            RecordAnchor(instance: $0.number.instance, sequence: $0.number.sequence, digest: $0.digest)
        }
    }
}
