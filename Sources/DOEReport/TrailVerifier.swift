internal import DOEAuditTrail
internal import DOEWords

/// Reads ring and journal and checks them, with a daemon at work or without.
public enum TrailVerifier {
    /// How often both are read again where a daemon gave numbers faster than they could be read.
    private static let attempts = 5

    /// Checks what happened at `since` (microseconds since 1970) or later. Without a state directory the ring is left
    /// out: then it cannot be told what is missing at the journal's end.
    public static func verify(
        _ source: TrailSource, stateDirectory: String?, since: UInt64? = nil, deviceLog: DeviceLog? = nil
    ) throws(ReportError) -> Verification {
        var before: RecordNumber?
        var attempt = 0
        while true {
            attempt += 1
            // The ring first: what leaves it later is in the journal by then.
            let ring = try stateDirectory.map { path throws(ReportError) in try readRing(path) }
            var builder = VerificationBuilder(source: source, since: since, ring: ring, deviceLog: deviceLog)
            let notes = try JournalReader(source, since: since).read { builder.add($0) }
            // Where the ring stands still, nothing was overtaken: then the numbers are missing indeed.
            let isOvertaken = builder.isOvertaken && ring?.last != before
            if !isOvertaken || attempt == attempts { return builder.finish(notes) }
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
