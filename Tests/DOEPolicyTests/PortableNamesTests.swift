import Testing

@testable import DOEPolicy

@Suite struct PortableNamesTests {
    @Test func `a name has one number, and no two names have the same`() {
        let names = PortableNames()
        let words = ["alice", "bob", "\u{e9}", "e\u{301}", "4711", ""]
        let numbers = words.map { names.user(named: $0) }
        #expect(Set(numbers).count == words.count)
        #expect(words.map { names.group(named: $0) } == numbers)
        #expect(names.user(named: "root") == .id(0))
        #expect(!numbers.contains(.notFound) && !numbers.contains(.id(0)))
    }

    @Test func `a user may be given a number, and a group of that name keeps its own`() {
        let names = PortableNames(user: "alice", number: 1000)
        #expect(names.user(named: "alice") == .id(1000) && names.group(named: "alice") != .id(1000))
        #expect(names.user(named: "bob") != .id(1000) && names.user(named: "root") == .id(0))
        #expect(names.userNames == ["bob"])
    }

    @Test func `what names only other hosts is no error, and what can be nowhere still is one`() throws {
        func load(_ text: String) throws -> Policy {
            try Policy.load(
                files: [RuleFile(path: "t.rules", text: text)], kernel: testKernel, resolver: PortableNames(),
                generation: 0)
        }
        #expect(try load("deny user=ghost exe=/no/such\nallow object=0001:00 group=ghosts\n").warnings == [])
        for text in ["deny user=*", "deny exe=/a/../b", "deny uid=ghost", "deny unit=a.timer"] {
            #expect(throws: PolicyError.self) { try load(text) }
        }
    }
}
