import TestSupport
import Testing

@testable import DOEProxy

@Suite("Tokens at a steady rate")
struct TokenBucketTests {
    @Test("a full bucket gives its burst at once, then one an interval")
    func burst() {
        var bucket = TokenBucket(rate: 1000, burst: 5)
        var given = (0..<7).map { _ in bucket.take(at: 1_000_000) }
        #expect(given == [true, true, true, true, true, false, false])
        // Two are owed: the third interval is the first that gives one.
        #expect(bucket.nextToken(at: 1_000_000).map { (1_003_000...1_003_001).contains($0) } == true)
        given = [bucket.take(at: 1_003_001), bucket.take(at: 1_003_002)]
        #expect(given == [true, false])
        #expect(!bucket.isFull(at: 1_008_000) && bucket.isFull(at: 1_010_000))
    }

    @Test("however often somebody is refused, he is not shut out for more than a second and a token")
    func debt() throws {
        var bucket = TokenBucket(rate: 10, burst: 3)
        for _ in 0..<1_000 { _ = bucket.take(at: 5_000_000) }
        let next = try #require(bucket.nextToken(at: 5_000_000))
        #expect(next <= 6_100_001)
        let isGiven = bucket.take(at: next)
        #expect(isGiven)
    }

    @Test("within any time no more than the burst and the rate's share are given, and at the promised time one is")
    func property() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let rate = Int.random(in: 1...5_000, using: &random)
            let burst = Int.random(in: 1...50, using: &random)
            var bucket = TokenBucket(rate: rate, burst: burst)
            var now = UInt64.random(in: 0...1_000_000_000, using: &random)
            var given: [UInt64] = []
            for _ in 0..<400 {
                if random.once(in: 3) { now += UInt64.random(in: 0...(3_000_000 / UInt64(rate) + 1), using: &random) }
                if random.once(in: 5), let next = bucket.nextToken(at: now) {
                    now = next
                    let isGiven = bucket.take(at: now)
                    #expect(isGiven)
                    if isGiven { given.append(now) }
                } else if bucket.take(at: now) {
                    given.append(now)
                }
            }
            for start in given.indices {
                for end in given.indices[start...] {
                    let seconds = Double(given[end] - given[start]) / 1_000_000
                    let most = Double(burst) + Double(rate) * seconds + 1
                    if Double(end - start + 1) > most {
                        Issue.record("rate \(rate), burst \(burst): \(end - start + 1)")
                    }
                }
            }
        }
    }

    @Test("a token that will be there later can be reserved, and who comes after gets a later one")
    func reserved() {
        var bucket = TokenBucket(rate: 10, burst: 1)
        let given = (0..<30).map { _ in bucket.reserve(at: 0) }
        #expect(given.first == .some(nil))
        for (place, time) in given.enumerated().dropFirst() {
            #expect(time.map { (0...1).contains(Int($0) - place * 100_000) } == true)
        }
        // Debts of who does not wait are bounded; what was reserved is not forgotten by them.
        let isGiven = bucket.take(at: 0)
        #expect(!isGiven && bucket.nextToken(at: 0).map { $0 >= 3_000_000 } == true)
    }

    @Test("who stays below the rate is never refused")
    func lawful() {
        var bucket = TokenBucket(rate: 100, burst: 1)
        for turn in UInt64(0)..<1_000 {
            let isGiven = bucket.take(at: turn * 10_000)
            #expect(isGiven)
        }
    }
}
