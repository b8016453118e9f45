import DOEMonitor
import DOEWords
import Synchronization
import TestSupport

/// One way of trying for long.
enum Campaign: String, CaseIterable {
    case production = "production: rules that open everything, reloaded in the middle"
    case permissive = "production, permissive: the same"
    case outOfStep = "production: a mailbox that somebody else leaves out of step"
    case reset = "production, few rules: the function is reset in the middle of requests"
    case kernel = "production, few rules: the kernel writes in the middle of requests"
    case neighbour = "bring-up: only the neighbouring mailbox is leased, permissive"
    case lowered = "bring-up, leased: the mode goes down in the middle"
    case leases = "bring-up: leases come and go, drivers are bound in the middle"

    /// What came of it.
    struct Outcome {
        let attempts: Int
        let dwords: Int
        var whileShut = 0
        var whileOpen = 0
        var wrongHolders = 0
        var denied = 0
        var interruptions = 0
        /// Why the campaign proves nothing, or what it has disproved; `nil` where all is well.
        var failure: String?
    }

    /// Makes so many attempts against houses of its own.
    func run(_ attempts: Int, seed: UInt64, _ journal: PrivateJournal, into whole: Tally) throws -> Outcome {
        let tally = Tally()
        var sightings: [Sentinel.Sightings] = []
        switch self {
        case .production, .permissive:
            let house = try GateHouse(
                journal, mode: .production, enforcement: self == .permissive ? .permissive : .enforcing)
            sightings = [try go(house, attempts, seed, tally) { _ in house.reload() }]
        case .outOfStep:
            let house = try GateHouse(journal, mode: .production)
            sightings = [try go(house, attempts, seed, tally) { house.disturb(&$0) }]
        case .reset, .kernel:
            let clock = HastyClock()
            let house = try GateHouse(
                journal, mode: .production, rules: FewRules(), clock: clock,
                intruder: Intruder(self == .reset ? .reset(clock) : .kernel, seed: seed &+ 7))
            sightings = [try go(house, attempts, seed, tally) { _ in house.reload() }]
        case .neighbour:
            let house = try GateHouse(journal, mode: .bringUp, enforcement: .permissive)
            guard house.lease(house.neighbour) else { throw Unproven(description: "the neighbour could not be leased") }
            sightings = [try go(house, attempts, seed, tally) { _ in house.reload() }]
        case .lowered:
            let rounds = 20
            for round in 0..<rounds {
                sightings.append(try lower(journal, attempts / rounds, seed &+ UInt64(round), tally))
            }
        case .leases:
            let isBound = Flag()
            let house = try GateHouse(
                journal, mode: .bringUp, inTheWay: { isBound.isSet ? Obstacle("a driver is bound") : nil })
            sightings = [
                try go(house, attempts, seed, tally) {
                    isBound.set($0.once(in: 4))
                    house.leaseForAMoment(&$0)
                }
            ]
        }
        whole.add(tally)
        return outcome(tally, sightings)
    }

    private func go(
        _ house: GateHouse, _ attempts: Int, _ seed: UInt64, _ tally: Tally,
        _ mischief: @escaping @Sendable (inout SeededGenerator) -> Void
    ) throws -> Sentinel.Sightings {
        let beside = try Mischief(seed: seed &+ 99, pause: 3000, mischief)
        try Traffic(house: house, seed: seed, tally: tally).run(attempts)
        beside.end()
        house.close()
        return house.sentinel.sightings
    }

    /// One lease, and one moment from which on the host is in production.
    private func lower(
        _ journal: PrivateJournal, _ attempts: Int, _ seed: UInt64, _ tally: Tally
    ) throws -> Sentinel.Sightings {
        let house = try GateHouse(journal, mode: .bringUp, ringSlots: 512)
        house.truth.lease(isOver: false)
        guard house.lease(house.mailbox) else { throw Unproven(description: "the mailbox could not be leased") }
        let turns = Atomic<Int>(0)
        return try go(house, attempts, seed, tally) { random in
            if turns.add(1, ordering: .relaxed).oldValue == 20 { house.truth.lower() }
            house.reload()
        }
    }

    private func outcome(_ tally: Tally, _ sightings: [Sentinel.Sightings]) -> Outcome {
        var outcome = Outcome(attempts: tally.attempts, dwords: sightings.reduce(0) { $0 + $1.dwords })
        outcome.whileShut = sightings.reduce(0) { $0 + $1.whileShut }
        outcome.whileOpen = sightings.reduce(0) { $0 + $1.whileOpen }
        outcome.wrongHolders = tally.wrongHolders
        outcome.denied = sightings.reduce(0) { $0 + $1.denied }
        outcome.interruptions = sightings.reduce(0) { $0 + $1.interruptions }
        let others = sightings.reduce(0) { $0 + $1.others }
        if outcome.whileShut > 0 {
            outcome.failure = "compliance objects reached the device: \(outcome.whileShut)"
        } else if outcome.denied > 0 {
            outcome.failure = "the device executed denied objects: \(outcome.denied)"
        } else if others > 0, self != .outOfStep {
            outcome.failure = "the device executed other objects than those that were judged: \(others)"
        } else if (self == .reset || self == .kernel) != (outcome.interruptions > 0) {
            outcome.failure = "\(outcome.interruptions) requests were interrupted, so this proves nothing"
        } else if outcome.wrongHolders > 0 {
            outcome.failure = "let through for somebody who has no lease: \(outcome.wrongHolders)"
        } else if outcome.dwords == 0 || tally.made(.harmless) == tally.refused(.harmless) {
            outcome.failure = "nothing at all reached the device, so this proves nothing"
        } else if (self == .lowered || self == .leases) != (outcome.whileOpen > 0) {
            outcome.failure = "under a lease \(outcome.whileOpen) reached the device, so the sentinel proves nothing"
        }
        return outcome
    }
}

/// Why a campaign could not be run.
struct Unproven: Error, CustomStringConvertible {
    let description: String
}

/// Something that is so or is not.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .acquiring) }
    func set(_ isSet: Bool) { value.store(isSet, ordering: .releasing) }
}
