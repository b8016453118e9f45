import Testing

@testable import DOEMonitor

@Suite("Which events are recorded at once, and which are counted")
struct KindWindowsTests {
    /// Something of somebody's; `nil` gathers.
    private struct Kind: Hashable {
        let owner: Int?
        let what: Int?
    }

    private typealias Windows = KindWindows<Kind>

    private let windows = Windows { kind, gathering in
        Kind(owner: gathering == .ofOwner ? kind.owner : nil, what: nil)
    }

    @Test("who makes up kinds without end has a few of his own, then one, and takes none from others")
    func manyKinds() {
        var windows = windows
        var firsts = 0
        for what in 0..<10_000 where windows.take(Kind(owner: 1, what: what), at: 0).isFirst { firsts += 1 }
        #expect(firsts == KindLimits.ofRecords.ofOwner + 1)
        for what in 0..<KindLimits.ofRecords.ofOwner {
            let place = windows.take(Kind(owner: 2, what: what), at: 0)
            #expect(place == Windows.Place(kind: Kind(owner: 2, what: what), isFirst: true))
        }
    }

    @Test("many owners of many kinds come to a number that is known, and the last are one")
    func manyOwners() {
        var windows = windows
        var kinds: Set<Kind> = []
        for owner in 0..<2_000 {
            for what in 0..<20 { kinds.insert(windows.take(Kind(owner: owner, what: what), at: 0).kind) }
        }
        #expect(kinds.count == (KindLimits.ofRecords.withGathered ?? 0) + 1)
        #expect(kinds.contains(Kind(owner: nil, what: nil)))
        // When the windows are over there is room again.
        _ = windows.due(at: Windows.length)
        _ = windows.due(at: 2 * Windows.length)
        #expect(windows.next == nil)
        #expect(windows.take(Kind(owner: 5_000, what: 1), at: 3 * Windows.length).kind == Kind(owner: 5_000, what: 1))
    }

    @Test("a first one that could not be recorded leaves its place to the next, unless others were counted meanwhile")
    func forgotten() {
        var windows = windows
        let kind = Kind(owner: 1, what: 1)
        _ = windows.take(kind, at: 0)
        windows.forget(kind)
        #expect(windows.take(kind, at: 1).isFirst)
        _ = windows.take(kind, at: 2)
        windows.forget(kind)
        #expect(!windows.take(kind, at: 3).isFirst)
        #expect(windows.due(at: 1 + Windows.length) == [kind])
    }
}
