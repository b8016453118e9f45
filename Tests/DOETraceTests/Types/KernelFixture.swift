import DOELinux
import WitnessTestSupport

@testable import DOETrace

/// What one kernel of the fixtures says of itself: its types, and the probes that it took and did not.
struct KernelFixture {
    let folder: String

    init(_ kernel: String) { folder = "\(Fixture.root)/\(kernel)" }

    /// From `btf-facts`, made by another reader. Only what the capture had in mind is in there.
    func types() throws -> KernelTypeFacts {
        var offsets: [MemberPath: Int] = [:]
        var arguments: [String: [String]] = [:]
        var missing: [String: String] = [:]
        for line in try lines("btf-facts") {
            let words = line.split(separator: " ").map(String.init)
            if words[1] == "none" {
                missing[words[0]] = "this kernel has no \(words[0])"
            } else if words[0].contains(".") {
                offsets[MemberPath(words[0])] = Int(words[1])
            } else {
                arguments[words[0]] = Array(words.dropFirst())
            }
        }
        for (member, type) in Self.embedded {
            guard let start = offsets[MemberPath(member)] else { continue }
            for (inner, offset) in offsets where inner.structure == type {
                offsets[MemberPath("\(member).\(inner.members.joined(separator: "."))")] = start + offset
            }
        }
        return KernelTypeFacts(offsets: offsets, arguments: arguments, missing: missing)
    }

    /// Which structures are within others; inner ones first.
    private static let embedded = [
        ("device.kobj", "kobject"), ("pci_dev.dev", "device"), ("pci_bus.dev", "device"),
        ("pci_doe_task.prot", "pci_doe_protocol"), ("pci_doe_task.feat", "pci_doe_feature"),
    ]

    /// The functions of the definitions that it took.
    func functions() throws -> Set<String> {
        Set(try lines("probes").map { String($0.split(separator: " ")[1]) })
    }

    func lines(_ file: String) throws -> [String] {
        let bytes = try WholeFile.read("\(folder)/\(file)", limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
