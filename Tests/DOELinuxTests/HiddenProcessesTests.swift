import Testing

@testable import DOELinux

@Suite("Processes that procfs hides")
struct HiddenProcessesTests {
    private func hidden(_ options: String, groups: Set<UInt32> = [7]) -> HiddenProcesses? {
        HiddenProcesses(MountTable("25 30 0:22 / /proc rw,nosuid shared:13 - proc proc \(options)\n"), groups: groups)
    }

    @Test("nothing is hidden without the option, by a group that this process is in, and elsewhere")
    func seen() {
        for options in ["rw", "rw,gid=27", "rw,hidepid=0", "rw,hidepid=off"] { #expect(hidden(options) == nil) }
        for options in ["rw,gid=7,hidepid=2", "rw,gid=7,hidepid=invisible", "rw,gid=7,hidepid=noaccess"] {
            #expect(hidden(options) == nil)
        }
        #expect(hidden("rw,hidepid=1", groups: [0]) == nil)
        let elsewhere = MountTable("25 30 0:22 / /jail/proc rw - proc proc rw,hidepid=2\n")
        #expect(HiddenProcesses(elsewhere, groups: []) == nil)
    }

    @Test("it is told how, and which group would help")
    func told() {
        #expect(hidden("rw,gid=27,hidepid=2")?.sentence.contains("put the daemon into the group 27 (") == true)
        #expect(hidden("rw,gid=27,hidepid=2")?.sentence.contains("hidepid=2") == true)
        #expect(hidden("rw,hidepid=invisible")?.sentence.contains("mount it with gid=GROUP besides") == true)
        #expect(hidden("rw,hidepid=noaccess")?.group == 0)
        #expect(hidden("rw,gid=7,hidepid=ptraceable")?.group == .some(nil))
        #expect(hidden("rw,gid=7,hidepid=4")?.sentence.contains("hidepid=invisible and gid=GROUP") == true)
    }

    @Test("of two mounts the one on top counts")
    func later() {
        let table = MountTable(
            """
            25 30 0:22 / /proc rw - proc proc rw,hidepid=2
            26 25 0:23 / /proc rw - proc proc rw
            """)
        #expect(HiddenProcesses(table, groups: []) == nil)
    }
}
