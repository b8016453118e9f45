import Testing

@testable import DOEPolicy

@Suite("The paths of a host that a glob names")
struct HostPathsTests {
    private static let tree: [String: [String]] = [
        "/": ["usr", "opt", "bin"], "/usr": ["bin"], "/usr/bin": ["a", "ab", "b"], "/opt": ["x", "y", "file"],
        "/opt/x": ["bin"], "/opt/x/bin": ["tool"], "/opt/y": ["bin"], "/opt/y/bin": [],
    ]

    private func glob(_ text: String) -> Glob {
        Glob(
            elements: text.utf8.map { $0 == 0x2a ? Glob.many : $0 == 0x3f ? Glob.one : UInt16($0) }, stopsAtSlash: true)
    }

    private var paths: HostPaths { HostPaths { Self.tree[$0] } }

    @Test(
        arguments: [
            ("/usr/bin/a*", ["/usr/bin/a", "/usr/bin/ab"]), ("/usr/bin/?", ["/usr/bin/a", "/usr/bin/b"]),
            ("/opt/*/bin/*", ["/opt/x/bin/tool"]),
            ("/opt/*/bin/tool", ["/opt/file/bin/tool", "/opt/x/bin/tool", "/opt/y/bin/tool"]),
            ("/*/bin/b", ["/bin/bin/b", "/opt/bin/b", "/usr/bin/b"]), ("/opt/z*/a", []),
        ] as [(String, [String])])
    func `are found folder by folder`(pattern: String, expected: [String]) {
        var paths = paths
        #expect(paths.find(glob(pattern)) == expected)
    }

    @Test func `of a folder that cannot be read nothing is said`() {
        var paths = paths
        #expect(paths.find(glob("/etc/*")) == nil)
        #expect(paths.folders(of: glob("/usr/bin/*")) == nil)
        #expect(paths.folders(of: glob("/opt/*/bin/*")) == ["/opt/x", "/opt/y", "/opt/x/bin", "/opt/y/bin"])
    }

    @Test func `where there is too much nothing is said`() {
        var many = HostPaths { _ in (0..<300).map { "d\($0)" } }
        #expect(many.find(glob("/*/*/*")) == nil)
    }
}
