import DOERecord
import Testing

@Suite struct JournalEntrySumTests {
    private func sum(_ fields: String...) -> JournalEntrySum {
        var sum = JournalEntrySum()
        for field in fields { unsafe sum.add(Array(field.utf8).span.bytes) }
        return sum
    }

    /// What the author of lookup3 has published for it: c first, then b.
    @Test func theHashIsThePublishedOne() {
        #expect(sum("") == JournalEntrySum(cursor: "x=deadbeefdeadbeef"))
        #expect(sum("Four score and seven years ago") == JournalEntrySum(cursor: "x=17770551ce7226e6"))
    }

    @Test func theOrderOfTheFieldsDoesNotMatterAndEachOfThemDoes() {
        #expect(sum("A=1", "MESSAGE=twelve bytes", "B=") == sum("B=", "A=1", "MESSAGE=twelve bytes"))
        #expect(sum("A=1", "MESSAGE=twelve bytes") != sum("A=1"))
        #expect(sum("A=1", "B=2") != sum("A=1", "B=3"))
    }

    @Test func aCursorMayStateNone() {
        #expect(JournalEntrySum(cursor: "s=6b;i=1f;b=2a;m=1;t=2;x=0") == JournalEntrySum())
        for cursor in ["", "s=6b;i=1f", "x=", "x=g", "x=11112222333344445", "sx=1"] {
            #expect(JournalEntrySum(cursor: cursor) == nil, "\(cursor)")
        }
    }
}
