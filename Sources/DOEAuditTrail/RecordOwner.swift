internal import DOERecord
internal import DOEWords

/// Whose slot a record takes: the user whose client asked, by the record's own fields, so that a restart knows it too.
enum RecordOwner: Hashable, Sendable, CustomStringConvertible {
    /// A user.
    case user(UInt32)
    /// Clients whom nobody can name (over TCP, or gone too soon): they share one user's place.
    case unnamed
    /// Nobody asked: the daemon's own events, and what was observed.
    case host

    static let root = RecordOwner.user(0)

    /// From a record before or after it was written.
    init(of record: Record) {
        self.init(uid: record[.clientUID], road: record[.road])
    }

    init(uid: String?, road: String?) {
        if let uid {
            self = UInt32(uid).map { .user($0) } ?? .unnamed
        } else {
            self = road == Road.proxy.rawValue ? .unnamed : .host
        }
    }

    var description: String {
        switch self {
        case .user(let uid): "user \(uid)"
        case .unnamed: "clients without a known user"
        case .host: "the daemon"
        }
    }
}
