import DOELinux
import Testing

@Suite struct AccountDatabaseTests {
    @Test func `root is user 0 and group 0`() throws {
        #expect(try AccountDatabase.user(named: "root") == 0)
        #expect(try AccountDatabase.group(named: "root") == 0)
    }

    @Test func `a name that does not exist is not found, which is no error`() throws {
        // One cut short by a zero byte would be root; one is longer than any buffer begins with.
        let long = String(repeating: "x", count: 100_000)
        for name in ["", "no-such-name-here", "root\0x", "root:x", long] {
            #expect(try AccountDatabase.user(named: name) == nil, "\(name.prefix(20))")
            #expect(try AccountDatabase.group(named: name) == nil, "\(name.prefix(20))")
        }
    }
}
