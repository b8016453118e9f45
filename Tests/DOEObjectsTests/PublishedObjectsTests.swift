import DOEObjects
import DOEWords
import Testing

@Suite("Published objects")
struct PublishedObjectsTests {
    @Test("the kernel's own objects have their names")
    func names() {
        #expect(PublishedObjects.name(of: .discovery) == "DOE Discovery")
        #expect(PublishedObjects.name(of: .spdm) == "CMA/SPDM")
        #expect(PublishedObjects.name(of: .compliance) == "CXL Compliance Mode")
        #expect(PublishedObjects.name(of: .tableAccess) == "CXL Table Access (CDAT)")
    }

    @Test("what is reserved or a vendor's own has no name", arguments: ["0001:06", "1e98:01", "10de:00", "0000:00"])
    func unnamed(text: String) throws {
        let object = try #require(ObjectID(text))
        #expect(PublishedObjects.name(of: object) == nil)
    }

    @Test("the list is sorted and names each object once")
    func sorted() {
        let objects = PublishedObjects.all.map(\.object)
        #expect(objects == Set(objects).sorted())
        #expect(Set(PublishedObjects.all.map(\.name)).count == objects.count)
    }
}
