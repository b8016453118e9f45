import DOELinux
import DOEWords
import Glibc
import Testing

@testable import DOEConfiguration

@Suite struct DropInDirectoriesTests {
    private let tree = TemporaryTree()
    private let own: Set<UInt32> = [geteuid()]

    /// Three directories as on a host, the first of highest precedence.
    private func host(owners: Set<UInt32>? = nil) -> DropInDirectories {
        let paths = ["etc", "run", "lib"].map { tree.folder($0) }
        return DropInDirectories(paths: paths, selection: .suffix(".rules"), mustExist: false, owners: owners ?? own)
    }

    private func problem(_ directories: DropInDirectories) -> String? {
        do throws(DropInError) {
            _ = try directories.read()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `files come in the order of their names, whichever directory they stand in`() throws {
        let host = host()
        tree.file("lib/90-a.rules", "lib 90")
        tree.file("etc/50-b.rules", "etc 50")
        tree.file("run/70-c.rules", "run 70")
        tree.file("etc/B.rules", "capitals first")
        #expect(try host.read().map(\.text) == ["etc 50", "run 70", "lib 90", "capitals first"])
        #expect(try host.read().first?.path == "\(tree.path)/etc/50-b.rules")
    }

    @Test func `etc masks run, which masks lib`() throws {
        let host = host()
        for name in ["etc/10.rules", "run/10.rules", "lib/10.rules", "run/20.rules", "lib/20.rules", "lib/30.rules"] {
            tree.file(name, name)
        }
        #expect(try host.read().map(\.text) == ["etc/10.rules", "run/20.rules", "lib/30.rules"])
    }

    @Test func `a link to the null device masks and brings nothing`() throws {
        let host = host()
        tree.file("lib/90-a.rules", "a")
        tree.file("lib/91-b.rules", "b")
        tree.link("etc/90-a.rules", to: "/dev/null")
        #expect(try host.read().map(\.text) == ["b"])
    }

    @Test func `an empty file masks as well, and a link to a file brings that file`() throws {
        let host = host()
        tree.file("lib/90-a.rules", "a")
        tree.file("etc/90-a.rules", "")
        tree.file("elsewhere", "linked")
        tree.link("etc/10.rules", to: "\(tree.path)/elsewhere")
        #expect(try host.read().map(\.text) == ["linked", ""])
    }

    @Test func `only files with the suffix count, and no hidden ones`() throws {
        let host = host()
        tree.file("etc/10.rules", "this")
        for name in ["10.rules~", "10.rules.bak", "README", ".10.rules", "rules"] { tree.file("etc/\(name)", "no") }
        #expect(try host.read().map(\.text) == ["this"])
    }

    @Test func `what looks as if it was meant and does not count is told`() throws {
        let host = host()
        tree.file("etc/10.rules", "this")
        for name in [".hidden.rules", ".rules", "50.RULES", "60.Rules"] { tree.file("etc/\(name)", "no") }
        tree.link("etc/.#10.rules", to: "me@host.1234")
        for name in ["10.rules~", "10.rules.bak", "README", "rules", ".10.rules.swp", "10.expect"] {
            tree.file("lib/\(name)", "no")
        }
        tree.file("lib/.a.rules", "no")
        let found = host.passedOver()
        #expect(
            found.map { $0.path.dropFirst(tree.path.count) } == [
                "/etc/.hidden.rules", "/etc/.rules", "/etc/50.RULES", "/etc/60.Rules", "/lib/.a.rules",
            ])
        #expect(found[0].problem == "\(tree.path)/etc/.hidden.rules is not read: its name begins with a full stop")
        #expect(found[2].problem.hasSuffix("is not read: what is read ends in .rules, in small letters"))
        #expect(try host.read().map(\.text) == ["this"])
        let folder = tree.folder("named")
        let named = DropInDirectories(paths: [folder], selection: .name("a.toml"), mustExist: true, owners: own)
        for name in ["A.toml", ".a.toml", "a.toml", "b.toml"] { tree.file("named/\(name)", "") }
        #expect(named.passedOver().map(\.path) == ["\(folder)/.a.toml", "\(folder)/A.toml"])
    }

    @Test func `names that only look the same are two files, and neither masks the other`() throws {
        let host = host()
        tree.file("etc/10-\u{e9}.rules", "composed")
        tree.file("etc/10-e\u{301}.rules", "decomposed")
        tree.file("lib/20-e\u{301}.rules", "lib")
        tree.file("etc/20-\u{e9}.rules", "etc")
        // The last letter before the dot joins it to one character.
        tree.file("etc/30-\u{600}.rules", "joined")
        #expect(try host.read().map(\.text) == ["decomposed", "composed", "lib", "etc", "joined"])
    }

    @Test func `a name that is not UTF-8 is refused, not mended to another file's`() {
        let host = host()
        tree.file("etc/10-\u{fffd}.rules", "one")
        let path = Array("\(tree.path)/etc/10-".utf8) + [0xff] + Array(".rules".utf8) + [0]
        let number = unsafe open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o644)
        #expect(number >= 0)
        close(number)
        #expect(problem(host)?.contains("has a name that is not UTF-8") == true)
    }

    @Test func `a directory that is not there is passed over, unless it was named by hand`() throws {
        let missing = ["\(tree.path)/nowhere"]
        #expect(
            try DropInDirectories(paths: missing, selection: .suffix(".rules"), mustExist: false, owners: own).read()
                == [])
        let named = DropInDirectories.rules(in: missing[0])
        #expect(problem(named) == "there is no directory \(missing[0]); name one that exists")
        #expect(named.owners == [0, geteuid()])
        #expect(DropInDirectories.rules.owners == [0])
    }

    @Test func `a directory by a link that leads nowhere is an error, not a directory less`() {
        let host = host()
        tree.link("later", to: "\(tree.path)/not-mounted")
        let paths = host.paths + ["\(tree.path)/later"]
        let linked = DropInDirectories(paths: paths, selection: .suffix(".rules"), mustExist: false, owners: own)
        #expect(problem(linked)?.contains("cannot open directory \(tree.path)/later") == true)
    }

    @Test(arguments: [(0o664, "its group"), (0o646, "everybody")] as [(mode_t, String)])
    func `a file that others can write is refused`(mode: mode_t, who: String) {
        let host = host()
        tree.file("etc/10.rules", "x", mode: mode)
        let path = "\(tree.path)/etc/10.rules"
        #expect(problem(host) == "\(path) can be written by \(who); run 'chmod go-w \(path)'")
    }

    @Test func `a directory that others can write is refused`() {
        let host = host()
        tree.folder("run", mode: 0o777)
        unsafe chmod("\(tree.path)/run", 0o777)
        #expect(problem(host)?.hasPrefix("\(tree.path)/run can be written by everybody") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: it gives files away"))
    func `in a sticky directory of root's only root's own entries count, and others are told`() throws {
        let host = host(owners: [0])
        let run = "\(tree.path)/run"
        #expect(unsafe chmod(run, 0o1775) == 0 && chown(run, 0, 12345) == 0)
        tree.file("run/10.rules", "root's")
        #expect(try host.read().map(\.text) == ["root's"])
        // Somebody else's link to a file of root's, and a second name that he gave to one, choose what root did not.
        tree.file("elsewhere", "root's too")
        tree.link("run/20.rules", to: "\(tree.path)/elsewhere")
        #expect(unsafe lchown("\(run)/20.rules", 12345, 12345) == 0)
        #expect(problem(host)?.hasPrefix("\(run)/20.rules was put there by somebody who may not") == true)
        #expect(unsafe unlink("\(run)/20.rules") == 0 && link("\(tree.path)/elsewhere", "\(run)/30.rules") == 0)
        #expect(problem(host)?.contains("30.rules was put there") == true)
        #expect(unsafe unlink("\(run)/30.rules") == 0)
        // Whoever may write to it at all, with nothing that keeps his hands from root's files, is too many.
        #expect(unsafe chmod(run, 0o775) == 0)
        #expect(problem(host)?.contains("can be written by its group") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: it gives a directory away"))
    func `a directory that somebody else can put another in the place of is refused`() {
        // Not the tree itself, which lies in a directory that everybody makes entries in.
        let own = tree.folder("own")
        let host = DropInDirectories(
            paths: [tree.folder("own/etc")], selection: .suffix(".rules"), mustExist: true, owners: [0])
        #expect(problem(host) == nil)
        #expect(unsafe chown(own, 12345, 0) == 0)
        #expect(problem(host)?.contains("can be taken away: uid 12345 may write to \(own)") == true)
        // Where others' files count too, whoever runs this chooses.
        let named = DropInDirectories(
            paths: host.paths, selection: host.selection, mustExist: true, owners: [0, 12345])
        #expect(problem(named) == nil)
    }

    @Test func `a directory of a stranger is refused`() {
        let host = host(owners: [geteuid() + 1])
        let expected = "\(tree.path)/etc belongs to uid \(geteuid()), not to uid \(geteuid() + 1)"
        #expect(problem(host)?.hasPrefix(expected) == true)
    }

    @Test func `a file of a stranger is refused, and so is what a link leads to`() throws {
        let trusted = try #require(try TrustedDirectory.open(tree.folder("etc"), owners: own))
        tree.file("etc/10.rules", "x")
        tree.file("writable", "x", mode: 0o666)
        tree.link("etc/20.rules", to: "\(tree.path)/writable")
        #expect(try trusted.read("10.rules", limit: 10) == .bytes(Array("x".utf8)))
        #expect(throws: TrustError.self) { try trusted.read("20.rules", limit: 10) }
        if geteuid() == 0 {
            unsafe chown("\(tree.path)/etc/10.rules", 12345, 0)
            #expect(throws: TrustError.self) { try trusted.read("10.rules", limit: 10) }
        }
    }

    @Test func `pipes and directories in place of a file are refused, and nothing hangs`() {
        let host = host()
        tree.pipe("etc/10.rules")
        #expect(problem(host)?.contains("10.rules is not a file") == true)
        unsafe unlink("\(tree.path)/etc/10.rules")
        tree.folder("etc/10.rules")
        #expect(problem(host)?.contains("10.rules is not a file") == true)
    }

    @Test func `a link that leads nowhere is an error, not a file less`() {
        let host = host()
        tree.link("etc/10.rules", to: "/nonexistent/file")
        #expect(problem(host)?.contains("cannot open \(tree.path)/etc/10.rules") == true)
    }

    @Test func `what is not UTF-8 is refused`() {
        let host = host()
        tree.file("etc/10.rules", [0x61, 0xff, 0x0a])
        #expect(problem(host) == "\(tree.path)/etc/10.rules:1: not UTF-8 text; save it as UTF-8")
    }

    @Test func `a file over the limit is refused`() {
        let host = host()
        tree.file("etc/10.rules", [UInt8](repeating: 0x23, count: DropInDirectories.fileLimit + 1))
        #expect(problem(host)?.contains("has more than \(DropInDirectories.fileLimit) bytes") == true)
    }

    @Test func `a directory with too many entries is refused`() throws {
        let trusted = try #require(try TrustedDirectory.open(tree.folder("etc"), owners: own))
        for number in 0..<5 { tree.file("etc/\(number)", "") }
        #expect(try trusted.names(limit: 7) { !$0.hasPrefix(".") } == ["0", "1", "2", "3", "4"])
        #expect(throws: TrustError.self) { try trusted.names(limit: 6) { _ in false } }
    }
}
