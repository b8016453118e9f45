internal import PCIConfig

/// A chain of extended capabilities that is not as it should be: one row of docs/hostile-devices.md.
struct HostileChain: Sendable, CustomStringConvertible {
    let name: String
    /// What the walk says of it, or `none`.
    let damage: String
    /// The offsets that count as mailboxes.
    let mailboxes: String
    let build: @Sendable (inout ConfigImage) -> Void

    var description: String { name }
    var cells: [String] { [name, damage, mailboxes] }

    private init(
        _ name: String, damage: String = "none", mailboxes: String = "none",
        build: @escaping @Sendable (inout ConfigImage) -> Void
    ) {
        self.name = name
        self.damage = damage
        self.mailboxes = mailboxes
        self.build = build
    }

    /// All of them.
    static let catalogue = brokenLinks + misplacedMailboxes

    private static let brokenLinks = [
        HostileChain(
            "a link to itself", damage: "the capability at 0x150 leads back to the one at 0x150", mailboxes: "150"
        ) {
            $0.addCapability(0x01, at: 0x100, next: 0x150)
            $0.addCapability(0x2e, at: 0x150, next: 0x150)
        },
        HostileChain(
            "a link back to the first", damage: "the capability at 0x150 leads back to the one at 0x100",
            mailboxes: "150"
        ) {
            $0.addCapability(0x01, at: 0x100, next: 0x150)
            $0.addCapability(0x2e, at: 0x150, next: 0x100)
        },
        HostileChain(
            "a link into the header", damage: "the capability at 0x100 leads to 0x004, below 0x100", mailboxes: "100"
        ) { $0.addCapability(0x2e, at: 0x100, next: 0x004) },
        HostileChain(
            "a link into the conventional capabilities",
            damage: "the capability at 0x100 leads to 0x0fc, below 0x100", mailboxes: "100"
        ) { $0.addCapability(0x2e, at: 0x100, next: 0x0fc) },
        HostileChain("a link with its reserved bits set", mailboxes: "200") {
            $0.addCapability(0x01, at: 0x100, next: 0x203)
            $0.addCapability(0x2e, at: 0x200, next: 0x003)
        },
        HostileChain("all ones at the start", damage: "the capability at 0x100 reads as all ones") {
            $0[0x100] = .max
        },
        HostileChain("all ones midway", damage: "the capability at 0x200 reads as all ones", mailboxes: "100") {
            $0.addCapability(0x2e, at: 0x100, next: 0x200)
            $0[0x200] = .max
        },
        HostileChain("a capability at every dword") {
            for offset in stride(from: 0x100, through: 0xffc, by: 4) {
                $0.addCapability(0x0b, at: offset, next: offset == 0xffc ? 0 : UInt32(offset) + 4)
            }
        },
    ]

    /// A chain with a mailbox at an offset.
    private static func mailbox(at offset: Int) -> @Sendable (inout ConfigImage) -> Void {
        {
            $0.addCapability(0x01, at: 0x100, next: UInt32(offset))
            $0.addCapability(0x2e, at: offset, next: 0)
        }
    }

    private static let misplacedMailboxes = [
        HostileChain("a mailbox in the last bytes of config space", mailboxes: "fe8", build: mailbox(at: 0xfe8)),
        HostileChain("a mailbox that leaves config space with its last register", build: mailbox(at: 0xfec)),
        HostileChain("a mailbox that leaves config space with all registers", build: mailbox(at: 0xff8)),
        HostileChain("a mailbox in the very last dword", build: mailbox(at: 0xffc)),
        HostileChain("two mailboxes over each other", mailboxes: "200") {
            $0.addCapability(0x01, at: 0x100, next: 0x200)
            $0.addCapability(0x2e, at: 0x200, next: 0x1f0)
            $0.addCapability(0x2e, at: 0x1f0, next: 0)
        },
        HostileChain("another capability in a mailbox's registers") {
            $0.addCapability(0x01, at: 0x100, next: 0x200)
            $0.addCapability(0x2e, at: 0x200, next: 0x208)
            $0.addCapability(0x10, at: 0x208, next: 0)
        },
    ]
}
