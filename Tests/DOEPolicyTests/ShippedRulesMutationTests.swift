import DOEWords
import Testing

@testable import DOEPolicy

/// What comes with the rules as their expectations has to notice whatever is changed in them: each rule and each object
/// line is taken out, each of its parts changed or left out, and some expectation must no longer be met.
@Suite("The shipped expectations hold every shipped rule and object line")
struct ShippedRulesMutationTests {
    private static let kernels = ([(6, 1), (6, 12), (9, 0)] as [(UInt32, UInt32)]).map {
        KernelVersion(major: $0, minor: $1)
    }
    private let lines: [String]
    private let expected: Expectations

    init() throws {
        lines = try ProjectFile.text("rules/90-doe-audit.rules").split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        let file = RuleFile(path: "90-doe-audit.expect", text: try ProjectFile.text("rules/90-doe-audit.expect"))
        expected = try Expectations.load(files: [file], resolver: TestNames())
    }

    private func load(_ lines: [String], _ kernel: KernelVersion) -> Policy? {
        let file = RuleFile(path: "90-doe-audit.rules", text: lines.joined(separator: "\n"))
        return try? Policy.load(files: [file], kernel: kernel, resolver: TestNames(), generation: 0)
    }

    /// Whether nobody notices, on one of the kernels at least; what cannot be loaded is noticed.
    private func passes(_ changed: [String]) -> Bool {
        Self.kernels.contains { kernel in
            load(changed, kernel).map { expected.differences(under: Judge($0), at: testTime).isEmpty } ?? false
        }
    }

    @Test("each rule and each of its parts")
    func rules() {
        #expect(!passes([]) && passes(lines))
        var count = 0
        for (index, line) in lines.enumerated() where ["allow", "warn", "deny"].contains(Self.words(line).first) {
            for mutant in Self.mutants(ofRule: line) {
                count += 1
                var changed = lines
                changed[index] = mutant
                if passes(changed) { Issue.record("line \(index + 1): '\(line)' may become '\(mutant)'") }
            }
        }
        #expect(count > 70, "\(count)")
    }

    @Test("each object line and each of its parts, but for what the program knows anyway")
    func objects() throws {
        var known: [String] = []
        var count = 0
        for (index, line) in lines.enumerated() where Self.words(line).first == "object" {
            for mutant in Self.mutants(ofObjectLine: line) {
                count += 1
                var changed = lines
                changed[index] = mutant
                guard passes(changed) else { continue }
                if try isTheSame(changed, for: try #require(ObjectID(Self.words(line)[1]))) {
                    known.append("\(Self.words(line)[1]) \(mutant.isEmpty ? "out" : mutant)")
                } else {
                    Issue.record("line \(index + 1): '\(line)' may become '\(mutant)'")
                }
            }
        }
        #expect(count > 60, "\(count)")
        // Without their lines these have the same class and name.
        #expect(known == ["1e98:00 out", "8086:0b out", "1efd:00 out", "1efd:01 out", "1efd:08 out"])
    }

    private func isTheSame(_ changed: [String], for object: ObjectID) throws -> Bool {
        for (major, minor) in [(5, 10), (6, 0), (6, 18), (6, 19), (9, 0)] as [(UInt32, UInt32)] {
            let kernel = KernelVersion(major: major, minor: minor)
            let (one, other) = (try #require(load(lines, kernel)), try #require(load(changed, kernel)))
            guard one.classify(object) == other.classify(object) else { return false }
        }
        return true
    }

    private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    private static let others: [String: [String]] = [
        "object": ["10de:00", "0001:01", "*"], "class": ["kernel-expected", "published", "vendor", "unknown", "*"],
        "road": ["proxy", "kernel", "bypass", "passthrough", "*"], "uid": ["0", "1000", "65534"],
        "container": ["none", "web1", "*"],
    ]

    private static func mutants(ofRule line: String) -> [String] {
        let words = words(line)
        var mutants = [""]
        func add(_ changed: [String]) { mutants.append(changed.joined(separator: " ")) }
        for verdict in ["allow", "warn", "deny"] where verdict != words[0] {
            let rest = words.dropFirst().filter { verdict != "deny" || $0 != "ask-device" }
            add([verdict] + rest)
        }
        // On its own road the kernel is asked by nobody.
        if words.contains("ask-device") {
            add(words.filter { $0 != "ask-device" })
        } else if !words.contains("road=kernel") {
            add(words + ["ask-device"])
        }
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            func put(_ text: String?) {
                var changed = words
                if let text { changed[index] = text } else { changed.remove(at: index) }
                add(changed)
            }
            put(nil)
            put("\(parts[0])!=\(parts[1])")
            for other in others[parts[0], default: []] where other != parts[1] { put("\(parts[0])=\(other)") }
            let values = parts[1].filter { $0 != "{" && $0 != "}" }.split(separator: ",")
            guard values.count > 1 else { continue }
            for value in values {
                put("\(parts[0])={\(values.filter { $0 != value }.joined(separator: ","))}")
            }
        }
        // Who has a uid does not come over TCP.
        let isUnix = words.contains { $0.hasPrefix("uid=") }
        for word in ["uid=0", "road=kernel", "road=*", "via=*", "mode=bring-up", "class=vendor"] {
            if isUnix, word == "via=*" { continue }
            let key = word.split(separator: "=")[0]
            if !words.contains(where: { $0.hasPrefix("\(key)=") }) { add([words[0], word] + words.dropFirst()) }
        }
        return mutants
    }

    private static func mutants(ofObjectLine line: String) -> [String] {
        let words = words(line)
        var mutants = [""]
        for other in ["published", "vendor", "unknown", "compliance"] where other != words[2] {
            mutants.append((words[..<2] + [other] + words[3...]).joined(separator: " "))
        }
        if let kernel = words.firstIndex(of: "kernel") {
            mutants.append(words[..<kernel].joined(separator: " "))
            for range in ["5.0..", "6.1..", "6.18..", "6.20..", "6.0..6.0", "6.19..6.19", "9.9.."] {
                if range != words[kernel + 1] {
                    mutants.append((words[..<kernel] + ["kernel", range]).joined(separator: " "))
                }
            }
        } else {
            mutants.append(line + " kernel 5.0..")
        }
        return mutants
    }
}
