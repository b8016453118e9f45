import DOEPolicy
import DOEWords
import Synchronization

/// Rules that a proof loads; each reload takes the next.
protocol ProofRules: Sendable {
    /// The next rules; now and then broken ones, which must change nothing.
    func next(_ generation: UInt64) throws -> Policy
    /// Whether no rule ever lets this object pass, whoever asks.
    func deny(_ object: ObjectID) -> Bool
}

extension ProofRules {
    fileprivate func load(_ text: String, _ generation: UInt64) throws -> Policy {
        try Policy.load(
            files: [RuleFile(path: "00-proof.rules", text: text)],
            kernel: KernelFacts(KernelVersion(major: 6, minor: 12)),
            resolver: Nobody(), generation: generation)
    }
}

/// Rules that let everybody send what is harmless, and one object of a vendor that may be as long as he likes.
struct FewRules: ProofRules {
    private static let allowed = ["0001:00", "1e98:02", "10de:01"].compactMap { ObjectID($0) }

    func next(_ generation: UInt64) throws -> Policy {
        try load("allow object={0001:00,1e98:02} ask-device\nallow object=10de:01\n", generation)
    }

    func deny(_ object: ObjectID) -> Bool { !Self.allowed.contains(object) }
}

/// Rules that open all that rules can open, and rules that try to open more.
final class WildRules: ProofRules {
    private static let texts = [
        "allow object=*:* ask-device\nallow object=*:* via=tcp ask-device\n",
        "warn class={compliance,vendor,unknown,published} uid=0.. ask-device\nwarn via=tcp taint V ask-device\n",
        // What a line calls it does not matter: 1e98:00 is compliance, and what is called compliance is shut like it.
        "object 1e98:00 vendor \"ours\"\nobject *:* published \"everything\"\n"
            + "allow ask-device\nallow via=* ask-device\n",
        "allow compliance=* mode={production,bring-up}\nallow object=1e98:{00,02} ask-device\n"
            + "allow mailbox=* device=*:* via={unix,tcp} ask-device\n",
        "deny object=ffff:ff\nallow ask-device because \"no condition at all\"\nallow via=tcp ask-device\n",
    ]

    private let loads = Atomic<Int>(0)

    func next(_ generation: UInt64) throws -> Policy {
        let count = loads.add(1, ordering: .relaxed).oldValue
        if count % 7 == 6 { return try load("allow objcet=1e98:00\n", generation) }
        return try load(Self.texts[count % Self.texts.count], generation)
    }

    func deny(_ object: ObjectID) -> Bool { object == ObjectID(vendor: 0x1e98, type: 0) }
}

/// A host without users or groups.
private struct Nobody: NameResolver {
    func user(named name: String) -> NameLookup { .notFound }
    func group(named name: String) -> NameLookup { .notFound }
}
