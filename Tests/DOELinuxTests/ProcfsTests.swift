import DOELinux
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite struct ProcfsTests {
    private func error(_ name: String, in directory: String) -> LinuxError? {
        do throws(LinuxError) {
            _ = try Procfs.read(name, directory: directory)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the kernel's own file is read`() throws {
        #expect(try Procfs.read("cmdline") == (try WholeFile.read("/proc/cmdline", limit: 65536)))
    }

    @Test func `a folder that only looks like procfs is refused`() {
        let folder = TemporaryDirectory()
        let file = unsafe open("\(folder.path)/cmdline", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        close(file)
        let found = error("cmdline", in: folder.path)
        #expect(found?.errno.rawValue == EXDEV)
        #expect(found?.remedy?.contains("findmnt") == true)
    }

    @Test func `a folder of procfs that is not its root is refused`() {
        // Its file is a process's own command line, which anybody can choose.
        #expect(error("cmdline", in: "/proc/self")?.errno.rawValue == EXDEV)
    }

    @Test func `a link is not followed, and what is not there is an error`() {
        #expect(error("mounts", in: "/proc")?.errno.rawValue == ELOOP)
        #expect(error("no-such-file", in: "/proc")?.errno.rawValue == ENOENT)
    }
}
