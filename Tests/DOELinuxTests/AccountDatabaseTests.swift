import DOELinux
import Testing

@Suite struct AccountDatabaseTests {
    @Test func `root is user 0 and group 0`() throws {
        #expect(try AccountDatabase.user(named: "root") == 0)
        #expect(try AccountDatabase.group(named: "root") == 0)
    }

    @Test(arguments: ["", "no-such-name-here", "ro\0ot", "0", "root:x", String(repeating: "x", count: 100_000)])
    func `a name that does not exist is not found, which is no error`(name: String) throws {
        #expect(try AccountDatabase.user(named: name) == nil)
        #expect(try AccountDatabase.group(named: name) == nil)
    }
}
