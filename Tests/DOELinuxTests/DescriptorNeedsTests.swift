import DOELinux
import SystemPackage
import Testing

@Suite("How many descriptors may be needed")
struct DescriptorNeedsTests {
    @Test("what fits is not told; what does not is, with numbers and what to do")
    func shortage() {
        var needs = DescriptorNeeds(limit: 100)
        needs.add(60, for: "30 mailboxes")
        needs.add(0, for: "nothing")
        needs.add(40, for: "all else")
        #expect(needs.sum == 100 && needs.shortage == nil)
        needs.add(1, for: "one more")
        let shortage = needs.shortage ?? ""
        #expect(shortage.contains("no more than 100 files can be open, and 101 may be needed"))
        #expect(shortage.contains("(60 for 30 mailboxes, 40 for all else, 1 for one more)"))
        #expect(shortage.contains("LimitNOFILE=") && shortage.hasSuffix("to 101 or more"))
    }

    @Test("an error for want of descriptors says what to raise, whatever was called and whatever else would help")
    func remedy() {
        let own = LinuxError("open", "x", .tooManyOpenFiles, remedy: "make it writable")
        #expect(own.isOutOfDescriptors && own.remedy?.contains("LimitNOFILE=") == true)
        #expect(own.remedy(forWritingIn: "x") == own.remedy)
        let hosts = LinuxError("open", "x", .tooManyOpenFilesInSystem)
        #expect(hosts.isOutOfDescriptors && hosts.remedy?.contains("fs.file-max") == true)
        let another = LinuxError("open", "x", .permissionDenied, remedy: "make it writable")
        #expect(!another.isOutOfDescriptors && another.remedy == "make it writable")
    }
}
