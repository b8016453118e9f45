internal import DOEWords

/// The last exchanges that were seen at each mailbox, the kernel's and all others', so that it shows where one met one of
/// the other party: a program that leaves a response behind, and the kernel that takes it for its own.
///
/// Pure; all times are CLOCK_MONOTONIC in microseconds.
struct SeenExchanges {
    /// Who uses a mailbox past the proxy.
    enum Party: Hashable {
        case kernel
        case others

        init(_ road: Road) { self = road == .kernel ? .kernel : .others }

        var other: Self { self == .kernel ? .others : .kernel }
    }

    private struct Place: Hashable {
        let mailbox: MailboxName
        let party: Party
    }

    private struct Exchange {
        let began: UInt64
        let ended: UInt64
        let sequence: UInt64?
    }

    /// How many of a mailbox and a party are remembered.
    static let limit = 64

    private var exchanges: [Place: [Exchange]] = [:]

    /// Notes one, and returns what it has met of the other party: the records' numbers, `nil` for one without; the oldest
    /// first.
    mutating func note(
        _ road: Road, on mailbox: MailboxName, from began: UInt64, to ended: UInt64, sequence: UInt64?
    ) -> [UInt64?] {
        let party = Party(road)
        let place = Place(mailbox: mailbox, party: party)
        var past = exchanges.removeValue(forKey: place) ?? []
        if past.count >= Self.limit { past.removeFirst() }
        past.append(Exchange(began: began, ended: ended, sequence: sequence))
        exchanges[place] = past
        let others = exchanges[Place(mailbox: mailbox, party: party.other)] ?? []
        return others.filter { $0.began <= ended && $0.ended >= began }.map(\.sequence)
    }
}
