import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite("The platform's security managers")
struct SecurityManagersTests {
    private let directory = TemporaryDirectory()

    private func make(_ names: [String]) {
        for name in names { unsafe mkdir("\(directory.path)/\(name)", 0o755) }
    }

    @Test("they are what is called so in the class, sorted")
    func registered() {
        make(["tsm", "tsm/tsm10", "tsm/tsm0", "tsm/other", "tsm/tsm", "tsm/tsmx", "net"])
        #expect(SecurityManagers.names(in: directory.path) == .known(["tsm0", "tsm10"]))
    }

    @Test("a kernel without the class, or with nobody in it, has none")
    func without() {
        #expect(SecurityManagers.names(in: directory.path) == .known([]))
        make(["tsm"])
        #expect(SecurityManagers.names(in: directory.path) == .known([]))
    }

    @Test("what cannot be looked at, and what is no sysfs, is not known")
    func unknown() {
        #expect(SecurityManagers.names(in: "\(directory.path)/nowhere") == .unknown)
        make(["class", "class/tsm", "class/tsm/tsm0"])
        #expect(SecurityManagers.registered(sysfs: directory.path) == .unknown)
    }
}
