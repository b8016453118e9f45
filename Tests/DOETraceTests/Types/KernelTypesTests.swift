import DOELinux
import TestSupport
import Testing

@testable import DOETrace

struct KernelTypesTests {
    private typealias Member = TypeInformationWriter.Member

    /// A small kernel: all kinds of types, and the members and functions that the tests ask for.
    private static func kernel() -> TypeInformationWriter {
        var writer = TypeInformationWriter()
        let int = writer.integer("int", size: 4)
        let text = writer.pointer(to: int)
        _ = writer.array(of: int, 5)
        _ = writer.enumeration("pci_state", ["on", "off", "asleep"])
        _ = writer.enumeration("wide", ["one"], wide: true)
        let object = writer.structure("kobject", size: 16, [Member(name: "name", type: text, bits: 0)])
        let constant = writer.alias("", of: object, kind: 10)
        let named = writer.alias("kobject_t", of: constant)
        let device = writer.structure(
            "device", size: 64,
            [Member(name: "parent", type: text, bits: 0), Member(name: "kobj", type: named, bits: 128)])
        let inner = writer.structure("", size: 8, [Member(name: "flag", type: int, bits: 32)])
        let either = writer.structure(
            "", size: 8, isUnion: true,
            [Member(name: "whole", type: int, bits: 0), Member(name: "", type: inner, bits: 0)])
        _ = writer.structure(
            "pci_dev", size: 256, hasBitFields: true,
            [
                Member(name: "bus", type: text, bits: 0), Member(name: "small", type: int, bits: 64, width: 3),
                Member(name: "", type: either, bits: 96), Member(name: "dev", type: device, bits: 1664),
            ])
        _ = writer.function("pci_doe", ["doe_mb", "vendor", "type"])
        _ = writer.function("variadic", ["format", ""])
        _ = writer.type("kept", kind: 15, parts: 1, 0, TypeInformationWriter.dwords(1, 0, 4))
        _ = writer.type("tag", kind: 17, parts: 0, 1, TypeInformationWriter.dwords(0))
        return writer
    }

    private static func facts(_ members: [MemberPath], _ functions: [String] = []) throws -> KernelTypeFacts {
        try KernelTypes(kernel().bytes).facts(offsetsOf: members, argumentsOf: functions)
    }

    @Test(
        "a member's offset, through members, aliases, anonymous structures and unions",
        arguments: [
            ("kobject.name", 0), ("device.kobj", 16), ("device.kobj.name", 16), ("pci_dev.dev", 208),
            ("pci_dev.dev.kobj.name", 224), ("pci_dev.bus", 0), ("pci_dev.whole", 12), ("pci_dev.flag", 16),
        ])
    func offsets(path: String, offset: Int) throws {
        #expect(try Self.facts([MemberPath(path)]).offset(of: MemberPath(path)) == offset)
    }

    @Test(
        "what is not there is named",
        arguments: [
            ("pci_doe_mb.pdev", "this kernel has no structure pci_doe_mb"),
            ("pci_dev.dave", "this kernel has no pci_dev.dave"),
            ("pci_dev.bus.number", "this kernel has no pci_dev.bus.number"),
            ("pci_dev", "this kernel has no structure pci_dev"),
            // A bit field has no offset in bytes.
            ("pci_dev.small", "this kernel has no pci_dev.small"),
        ])
    func missing(path: String, problem: String) throws {
        let error = #expect(throws: KernelTypesError.self) {
            try Self.facts([MemberPath(path)]).offset(of: MemberPath(path))
        }
        #expect(error?.problem == problem)
    }

    @Test("a function's arguments by name")
    func arguments() throws {
        let facts = try Self.facts([], ["pci_doe", "variadic", "pci_do", "kobject"])
        // By its number programs for the kernel name a function.
        #expect(try facts.number(of: "pci_doe") > 0 && facts.numbers["pci_doe"] != facts.numbers["variadic"])
        #expect(throws: KernelTypesError.self) { try facts.number(of: "pci_do") }
        #expect(facts.arguments == ["pci_doe": ["doe_mb", "vendor", "type"], "variadic": ["format", ""]])
        #expect(facts.missing["pci_do"] == "this kernel has no function pci_do")
        #expect(facts.missing["kobject"] == "this kernel has no function kobject")
    }

    @Test("structures of one name that differ give no offset; those that agree do")
    func ambiguous() throws {
        var writer = Self.kernel()
        _ = writer.structure(
            "kobject", size: 32,
            [Member(name: "name", type: 1, bits: 64)])
        _ = writer.structure("device", size: 32, [Member(name: "kobj", type: 1, bits: 128)])
        _ = writer.function("pci_doe", ["another"])
        let facts = try KernelTypes(writer.bytes).facts(
            offsetsOf: ["kobject.name", "device.kobj"], argumentsOf: ["pci_doe"])
        #expect(facts.offsets == ["device.kobj": 16])
        #expect(facts.missing["kobject.name"]?.contains("do not agree") == true)
        #expect(facts.missing["pci_doe"]?.contains("do not agree") == true)
    }

    @Test("what leads in circles, out of the bytes, or nowhere is an error, and ends")
    func circles() throws {
        // Anonymous structures within themselves, many times over.
        for members in [1, 300] {
            var writer = TypeInformationWriter()
            _ = writer.structure(
                "device", size: 64, (0..<members).map { _ in Member(name: "", type: 1, bits: 0) })
            #expect(throws: KernelTypesError.self) {
                try KernelTypes(writer.bytes).facts(offsetsOf: ["device.kobj"], argumentsOf: [])
            }
        }
        // No circle, and more ways through than anybody can walk: 4 to the power of 20.
        var layers = TypeInformationWriter()
        for layer in 0..<20 {
            let next = UInt32(layer + 2)
            _ = layers.structure(
                layer == 0 ? "device" : "", size: 64, (0..<4).map { _ in Member(name: "", type: next, bits: 0) })
        }
        _ = layers.integer("int", size: 4)
        #expect(throws: KernelTypesError.self) {
            try KernelTypes(layers.bytes).facts(offsetsOf: ["device.kobj"], argumentsOf: [])
        }
        var aliases = TypeInformationWriter()
        _ = aliases.structure("device", size: 64, [Member(name: "kobj", type: 2, bits: 0)])
        _ = aliases.alias("round", of: 3)
        _ = aliases.alias("and", of: 2)
        #expect(throws: KernelTypesError.self) {
            try KernelTypes(aliases.bytes).facts(offsetsOf: ["device.kobj.name"], argumentsOf: [])
        }
        var outside = TypeInformationWriter()
        _ = outside.structure("device", size: 64, [Member(name: "kobj", type: 1, bits: 64 * 8)])
        #expect(throws: KernelTypesError.self) {
            try KernelTypes(outside.bytes).facts(offsetsOf: ["device.kobj"], argumentsOf: [])
        }
        var nowhere = TypeInformationWriter()
        _ = nowhere.type("pci_doe", kind: 12, parts: 0, 77)
        #expect(throws: KernelTypesError.self) {
            try KernelTypes(nowhere.bytes).facts(offsetsOf: [], argumentsOf: ["pci_doe"])
        }
    }

    @Test("cut off anywhere it is an error")
    func truncated() throws {
        let whole = Self.kernel().bytes
        for length in 0..<whole.count {
            #expect(throws: KernelTypesError.self) {
                try KernelTypes(Array(whole[..<length])).facts(offsetsOf: ["pci_dev.dev"], argumentsOf: ["pci_doe"])
            }
        }
    }

    @Test("damaged anywhere it is read or refused, and never leads out of the bytes")
    func damaged() throws {
        let whole = Self.kernel().bytes
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for round in 0..<20_000 {
            var bytes = whole
            // Each bit by itself first, then several bytes.
            if round < whole.count * 8 {
                bytes[round / 8] ^= 1 << (round % 8)
            } else {
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
                }
            }
            do throws(KernelTypesError) {
                _ = try KernelTypes(bytes).facts(
                    offsetsOf: ["pci_dev.dev.kobj.name", "pci_dev.flag"], argumentsOf: ["pci_doe", "variadic"])
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }

    @Test("the running kernel's own, where it has them")
    func runningKernel() throws {
        let path = "/sys/kernel/btf/vmlinux"
        guard (try? WholeFile.read(path, limit: 1 << 30)) != nil else { return }
        let facts = try KernelTypes.running(path: path).facts(offsetsOf: ["kobject.name"], argumentsOf: ["kfree"])
        #expect(facts.offsets["kobject.name"] == 0)
    }

    @Test("where the kernel has none, it is said what to do")
    func none() {
        let error = #expect(throws: KernelTypesError.self) { try KernelTypes.running(path: "/nowhere/vmlinux") }
        #expect(error?.problem.contains("/nowhere/vmlinux") == true)
        #expect(error?.remedy?.contains("CONFIG_DEBUG_INFO_BTF") == true)
    }
}
