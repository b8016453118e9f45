import DOEObjects
import DOEWords
import Testing

@testable import DOEMonitor

@Suite("Copies of what a mailbox answers")
struct AnswerCopiesTests {
    private let function = MailboxIdentity(name: .simulated("x"))
    private let hour: UInt64 = 3_600_000_000

    private func listed(_ object: ObjectID, next: UInt8) -> DataObject {
        DiscoveryResponse(object: object, nextIndex: next).dataObject
    }

    private func index(_ index: UInt8, version: UInt8 = 0) -> CopiedRequest {
        .discovery(index: index, version: version)
    }

    private func find(
        _ request: CopiedRequest, in copies: inout AnswerCopies, at now: UInt64 = 0, table: [UInt8]? = nil
    ) -> AnswerCopies.Finding {
        copies.find(request, of: function, at: now, kernelTable: table)
    }

    /// Two objects, read to the end.
    private func filled() -> AnswerCopies {
        var copies = AnswerCopies()
        _ = find(index(0), in: &copies)
        copies.keep(listed(.discovery, next: 1), to: index(0), of: function, at: 0)
        copies.keep(listed(.tableAccess, next: 0), to: index(1), of: function, at: 0)
        return copies
    }

    @Test("an entry is asked of the device once, and only where an answer has named it")
    func once() {
        var copies = AnswerCopies()
        #expect(find(index(0), in: &copies) == .nothing)
        guard case .refused = find(index(1), in: &copies) else { return #expect(Bool(false), "asked for a guess") }
        copies.keep(listed(.discovery, next: 1), to: index(0), of: function, at: 0)
        #expect(find(index(0), in: &copies) == .copy(listed(.discovery, next: 1), from: .earlierAnswer))
        #expect(find(index(1), in: &copies) == .nothing)
        guard case .refused = find(index(2), in: &copies) else { return #expect(Bool(false), "asked for a guess") }
        // The other version's list is another list.
        #expect(find(index(0, version: 2), in: &copies) == .nothing)
        guard case .refused = find(index(1, version: 2), in: &copies) else { return #expect(Bool(false), "mixed up") }
    }

    @Test("what would become of a request can be asked, and changes nothing")
    func outlook() {
        var copies = AnswerCopies()
        func outlook(_ request: CopiedRequest, at now: UInt64 = 0) -> CopyOutlook {
            copies.outlook(for: request, of: function.name, at: now)
        }
        #expect(outlook(index(0)) == .device && outlook(.tableEntry(handle: 0)) == .kernelOrDevice)
        #expect(outlook(index(5)) == .refused("no answer has named index 5: ask from index 0 on"))
        copies = filled()
        #expect(outlook(index(0)) == .copy && outlook(index(1)) == .copy)
        // Behind the end there is what a device says there.
        #expect(outlook(index(9)) == .copy)
        #expect(outlook(index(0), at: 2 * hour) == .device)
        #expect(copies.objects == [.discovery, .tableAccess], "it was only asked about")
        #expect(outlook(.tableEntry(handle: 7)) == .refused("no answer has named handle 7: ask from handle 0 on"))
    }

    @Test("behind the end of the list there is what a device says there")
    func behindTheEnd() {
        var copies = filled()
        for behind in UInt8(2)...255 {
            #expect(
                find(index(behind), in: &copies) == .copy(DiscoveryResponse.pastTheEnd.dataObject, from: .earlierAnswer)
            )
        }
    }

    @Test("after ten minutes the list is read anew from its start; who is in the middle of it goes on")
    func renewed() {
        var copies = filled()
        #expect(find(index(0), in: &copies, at: AnswerCopies.lifetime - 1) != .nothing)
        #expect(find(index(1), in: &copies, at: hour) == .copy(listed(.tableAccess, next: 0), from: .earlierAnswer))
        #expect(find(index(0), in: &copies, at: hour) == .nothing)
        copies.keep(listed(.discovery, next: 1), to: index(0), of: function, at: hour)
        #expect(find(index(1), in: &copies, at: hour) == .nothing)
    }

    @Test("another driver or another device, and whatever happened to the device, makes the copies old")
    func forgotten() {
        var copies = filled()
        copies.forget()
        #expect(find(index(0), in: &copies) == .nothing && find(index(1), in: &copies) == .nothing)
        var other = function
        other.driver = .known("cxl_pci")
        copies = filled()
        #expect(copies.find(index(0), of: other, at: 1) == .nothing)
        #expect(copies.find(index(1), of: other, at: 1) == .nothing)
    }

    @Test("what the device gave no answer to rests for a while, and nobody else's list waits for it")
    func rests() {
        var copies = AnswerCopies()
        copies.fail(.tableEntry(handle: 0), of: function, at: 0)
        let end = AnswerCopies.restAfterFailure
        guard case .refused = find(.tableEntry(handle: 0), in: &copies, at: end - 1) else {
            return #expect(Bool(false), "asked again at once")
        }
        #expect(find(index(0), in: &copies, at: end - 1) == .nothing)
        #expect(find(.tableEntry(handle: 0), in: &copies, at: end) == .nothing)
        // So does what brought an answer that is none.
        copies.keep(listed(.spdm, next: 0), to: .tableEntry(handle: 0), of: function, at: end)
        guard case .refused = find(.tableEntry(handle: 0), in: &copies, at: end) else {
            return #expect(Bool(false), "asked again at once")
        }
    }

    @Test("no CDAT is asked of a mailbox whose whole list has none; of one whose list is not known it is")
    func notListed() {
        var copies = AnswerCopies()
        copies.keep(listed(.discovery, next: 1), to: index(0), of: function, at: 0)
        #expect(find(.tableEntry(handle: 0), in: &copies) == .nothing)
        copies.keep(listed(.spdm, next: 0), to: index(1), of: function, at: 0)
        guard case .refused = find(.tableEntry(handle: 0), in: &copies) else {
            return #expect(Bool(false), "asked of a device that has none")
        }
        var other = filled()
        #expect(find(.tableEntry(handle: 0), in: &other) == .nothing)
    }

    @Test("the list is known once it was read to its end, in whatever version, until something happens")
    func knownList() {
        var copies = AnswerCopies()
        #expect(copies.objects == nil)
        copies.keep(listed(.discovery, next: 4), to: index(0, version: 2), of: function, at: 0)
        #expect(copies.objects == nil)
        copies.keep(listed(.spdm, next: 0), to: index(4, version: 2), of: function, at: 0)
        #expect(copies.objects == [.discovery, .spdm])
        copies.forget()
        #expect(copies.objects == nil)
        // A chain whose middle came and whose start did not is no list.
        copies.keep(listed(.spdm, next: 0), to: index(4, version: 2), of: function, at: 0)
        #expect(copies.objects == nil)
    }

    @Test("who asks in another version than the list was read in gets it too, while it is fresh and whole")
    func otherVersion() {
        var copies = filled()
        #expect(find(index(0, version: 2), in: &copies) == .copy(listed(.discovery, next: 1), from: .earlierAnswer))
        #expect(find(index(1, version: 2), in: &copies) == .copy(listed(.tableAccess, next: 0), from: .earlierAnswer))
        #expect(
            find(index(9, version: 2), in: &copies)
                == .copy(DiscoveryResponse.pastTheEnd.dataObject, from: .earlierAnswer))
        #expect(find(index(0, version: 2), in: &copies, at: AnswerCopies.lifetime) == .nothing)
        var half = AnswerCopies()
        half.keep(listed(.discovery, next: 1), to: index(0), of: function, at: 0)
        #expect(find(index(0, version: 2), in: &half) == .nothing)
    }

    @Test("where one entry has changed nobody reads it together with the old ones")
    func mixture() {
        var copies = filled()
        copies.keep(listed(.spdm, next: 1), to: index(0), of: function, at: 1)
        #expect(find(index(0), in: &copies, at: 1) == .copy(listed(.spdm, next: 1), from: .earlierAnswer))
        #expect(find(index(1), in: &copies, at: 1) == .nothing)
        // The same answer again changes nothing.
        copies = filled()
        copies.keep(listed(.discovery, next: 1), to: index(0), of: function, at: 1)
        #expect(find(index(1), in: &copies, at: 1) != .nothing)
    }

    @Test("what is no answer is not kept, and names nothing")
    func hostile() throws {
        var copies = AnswerCopies()
        _ = find(index(0), in: &copies)
        let five = listed(.discovery, next: 5)
        copies.keep(try DataObject(.spdm, payload: [0, 0, 0, 0]), to: index(0), of: function, at: 0)
        copies.keep(five, to: index(7), of: function, at: 0)
        #expect(find(index(0), in: &copies, at: AnswerCopies.restAfterFailure) == .nothing)
        guard case .refused = find(index(5), in: &copies) else { return #expect(Bool(false), "named by nobody") }
        // However long a device spins its chain, each entry is asked for once.
        var asked = 0
        for handle in UInt16(0)..<2_000 {
            let request = CopiedRequest.tableEntry(handle: handle)
            if find(request, in: &copies) == .nothing { asked += 1 }
            copies.keep(
                try TableAccessResponse(nextHandle: handle + 1, entry: [0, 0, 4, 0]).dataObject(), to: request,
                of: function, at: 0)
            if find(request, in: &copies) == .nothing { asked += 1 }
        }
        #expect(asked == 2_000)
    }

    @Test("of the CDAT the kernel's copy comes first, entry by entry; where it is broken the device is asked")
    func kernelTable() throws {
        let table = CoherentDeviceAttributeTable(structures: [
            CDATStructure.unknown(try #require(UnknownStructure(unknownType: 200, body: [1, 2, 3, 4])))
        ]).bytes
        var copies = AnswerCopies()
        var reader = CDATReader()
        var steps = 0
        while case .ask(let object) = reader.next {
            let request = try #require(CopiedRequest(object))
            guard case .copy(let response, from: .kernel) = find(request, in: &copies, table: table) else {
                return #expect(Bool(false), "no copy of \(request)")
            }
            try reader.take(response)
            steps += 1
        }
        #expect(reader.next == .done(table) && steps == 2)
        guard case .refused = find(.tableEntry(handle: 2), in: &copies, table: table) else {
            return #expect(Bool(false), "behind the end")
        }
        var broken = AnswerCopies()
        #expect(find(.tableEntry(handle: 0), in: &broken, table: Array(table.dropLast())) == .nothing)
    }

    @Test("the kernel's copy is wanted where a reading of the CDAT begins, and no answer that is good is here")
    func wanted() throws {
        var copies = filled()
        let (first, second) = (CopiedRequest.tableEntry(handle: 0), CopiedRequest.tableEntry(handle: 1))
        func isWanted(_ request: CopiedRequest, of function: MailboxIdentity, at now: UInt64) -> Bool {
            copies.wantsKernelTable(for: request, of: function, at: now)
        }
        #expect(isWanted(first, of: function, at: 0))
        #expect(!isWanted(second, of: function, at: 0) && !isWanted(index(0), of: function, at: hour))
        let answer = try TableAccessResponse(nextHandle: nil, entry: [0, 0, 0, 0]).dataObject()
        copies.keep(answer, to: first, of: function, at: 0)
        #expect(!isWanted(first, of: function, at: AnswerCopies.lifetime - 1))
        #expect(isWanted(first, of: function, at: AnswerCopies.lifetime))
        var other = function
        other.driver = .known("cxl_pci")
        #expect(isWanted(first, of: other, at: 1))
    }
}
