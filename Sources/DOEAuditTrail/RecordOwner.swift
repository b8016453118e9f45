internal import DOERecord
internal import DOEWords

/// Whose slot a record takes: the person or the service whose client asked, by the record's own fields, so that a
/// restart knows it too.
enum RecordOwner: Hashable, Sendable, CustomStringConvertible {
    /// Somebody, or those together whom nobody can name (gone too soon, or over TCP).
    case holder(AccountHolder)
    /// Nobody asked: the daemon's own events, and what was observed.
    case host

    static let root = RecordOwner.holder(.root)

    /// From a record before or after it was written.
    init(of record: Record) { self.init { record[$0] } }

    /// From the fields of a record.
    init(_ text: (Field) -> String?) {
        func known(_ field: Field) -> String? { text(field).flatMap { $0 == "unknown" ? nil : $0 } }
        func number(_ field: Field) -> UInt32? { text(field).flatMap { UInt32($0) } }
        if let uid = text(.clientUID) {
            let unit: Fact<String> =
                known(.clientUnit).map { .known($0) } ?? (text(.clientUnit) == nil ? .none : .unknown)
            self = .holder(AccountHolder(uid: UInt32(uid), loginUID: number(.clientLoginUID), unit: unit))
        } else if let uid = number(.clientTCPUID) {
            self = .holder(.loopback(uid))
        } else if let login = number(.clientLoginUID) {
            // What differs too much to be told apart says of the client whose it is, and no more.
            self = .holder(.login(login))
        } else if let unit = known(.clientUnit) {
            self = .holder(AccountHolder.holder(ofUnit: unit))
        } else {
            self = text(.road) == Road.proxy.rawValue ? .holder(.unnamed) : .host
        }
    }

    var description: String {
        switch self {
        case .holder(let holder): holder.description
        case .host: "the daemon"
        }
    }
}
