@testable import DOEAuditTrail
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite struct RingSharesTests {
    /// The same rules, counted anew at each question.
    private struct Naive {
        let capacity: Int
        let reserve: Int
        let share: Int
        var owners: [RecordOwner] = []

        func count(_ who: (RecordOwner) -> Bool) -> Int { owners.filter(who).count }

        func refusal(of owner: RecordOwner) -> RingShares.Refusal? {
            if capacity - owners.count <= reserve { return .full }
            if owner == .host { return nil }
            let own = count { $0 == owner }
            if own >= share { return .share }
            if owner == .holder(.root) { return nil }
            let room = capacity - reserve - share
            let left = room - count { $0 != .host && $0 != .holder(.root) }
            if left <= 0 { return .full }
            return own >= left ? .share : nil
        }
    }

    private static let owners: [RecordOwner] =
        [.host, .root, .holder(.unnamed), .holder(.loopback(0)), .holder(.login(1000)), .holder(.unit("a.service"))]
        + [1, 1000].map { .holder(.user($0)) }

    @Test func agreesWithANaiveCountWhateverComes() {
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let capacity = generator.pick([8, 9, 16, 33, 64])
            let share = generator.pick([nil, 1, 2, 5, 1000])
            var shares = RingShares(capacity: capacity, reserve: 4, share: share)
            var naive = Naive(capacity: capacity, reserve: 4, share: min(share ?? capacity / 4, capacity))
            for _ in 0..<200 {
                let owner = generator.pick(Self.owners)
                let refusal = shares.refusal(of: owner)
                #expect(refusal == naive.refusal(of: owner), "seed \(seed), \(owner)")
                // Now and then one is taken all the same: found at the start, or by the daemon from what is kept.
                if refusal == nil || naive.owners.count < capacity && generator.once(in: 10) {
                    shares.take(owner)
                    naive.owners.append(owner)
                }
                if !naive.owners.isEmpty, generator.once(in: 3) {
                    let gone = naive.owners.remove(at: Int.random(in: 0..<naive.owners.count, using: &generator))
                    shares.giveBack(gone)
                }
                #expect(shares.used == naive.owners.count)
                #expect(Self.owners.allSatisfy { who in shares.slots(of: who) == naive.count { $0 == who } })
            }
        }
    }

    @Test func oneWhoFloodsIsRefusedAndAllOthersAreNot() {
        var shares = RingShares(capacity: 1024, reserve: 4, share: nil)
        while shares.refusal(of: .holder(.user(1000))) == nil { shares.take(.holder(.user(1000))) }
        #expect(shares.slots(of: .holder(.user(1000))) == 256)
        #expect(shares.refusal(of: .holder(.user(1000))) == .share)
        for other in Self.owners where other != .holder(.user(1000)) { #expect(shares.refusal(of: other) == nil) }
    }

    @Test func howeverManyFloodRootKeepsAShareAndNeitherIsTheFirstShutOut() {
        var shares = RingShares(capacity: 1024, reserve: 4, share: nil)
        var served = 0
        for uid in 1...100 {
            while shares.refusal(of: .holder(.user(UInt32(uid)))) == nil { shares.take(.holder(.user(UInt32(uid)))) }
            served += shares.slots(of: .holder(.user(UInt32(uid)))) > 0 ? 1 : 0
        }
        // Two whole shares, then ever halves of what is left.
        #expect(served >= 9)
        while shares.refusal(of: .holder(.unnamed)) == nil { shares.take(.holder(.unnamed)) }
        for _ in 0..<256 {
            #expect(shares.refusal(of: .root) == nil)
            shares.take(.root)
        }
        #expect(shares.refusal(of: .root) != nil)
    }

    @Test func rootFloodsNobodyOut() {
        var shares = RingShares(capacity: 64, reserve: 4, share: nil)
        while shares.refusal(of: .root) == nil { shares.take(.root) }
        #expect(shares.refusal(of: .root) == .share)
        #expect(shares.refusal(of: .holder(.user(1000))) == nil && shares.refusal(of: .holder(.unnamed)) == nil)
    }

    @Test("there is room only as long as a few more requests would not be refused", arguments: [64, 256, 4096])
    func room(capacity: Int) {
        var shares = RingShares(capacity: capacity, reserve: 4, share: nil)
        var owner = RecordOwner.holder(.user(1000))
        while shares.hasRoom(for: owner) { shares.take(owner) }
        let held = shares.slots(of: owner)
        #expect(shares.refusal(of: owner) == nil && held < shares.share)
        #expect(held + min(16, shares.share / 4) == shares.share)
        // Others are asked about their own.
        owner = .root
        #expect(shares.hasRoom(for: owner))
    }
}
