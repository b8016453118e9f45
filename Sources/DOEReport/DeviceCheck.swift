internal import DOERecord
internal import DOEWords

/// Finds for each exchange of a device's log a record of its own.
struct DeviceCheck: Sendable {
    private let log: DeviceLog
    /// How many records there are for each request in the log.
    private var recorded: [SHA256Digest: Int] = [:]
    /// Records that were found open in the ring and not yet closed anywhere.
    private var open: [Moment: SHA256Digest] = [:]

    /// A record keeps from its opening to its end when it was opened.
    private struct Moment: Hashable {
        let boot: String?
        let monotonic: String?
        let time: UInt64?
        let request: SHA256Digest

        init(_ record: Record, _ request: SHA256Digest) {
            boot = record[.boot]
            monotonic = record[.monotonic]
            time = record.time
            self.request = request
        }
    }

    init(_ log: DeviceLog) { self.log = log }

    /// Takes records that were open in the ring, before any that was closed.
    mutating func add(open records: [Record]) {
        for record in records {
            guard let request = request(of: record) else { continue }
            open[Moment(record, request)] = request
        }
    }

    /// Takes a closed record; each only once.
    mutating func add(_ record: Record) {
        guard let request = request(of: record) else { return }
        recorded[request, default: 0] += 1
        open[Moment(record, request)] = nil
    }

    /// How many exchanges of the log have a record, and how many have none.
    var result: (recorded: Int, missing: Int) {
        let found = open.values.reduce(into: recorded) { $0[$1, default: 0] += 1 }
        let count = log.counts.reduce(0) { $0 + min($1.value, found[$1.key] ?? 0) }
        return (count, log.executed - count)
    }

    /// The request, where the log has it and the record says that it went to the device: the record of a refusal or a copy must
    /// not stand for somebody else's exchange.
    private func request(of record: Record) -> SHA256Digest? {
        guard record.isExchange, record.verdict != .deny, record[.status] != "copied",
            let digest = record[.requestDigest].flatMap({ SHA256Digest($0) }), log.counts[digest] != nil
        else { return nil }
        return digest
    }
}
