internal import DOELinux
internal import DOEWords
internal import Glibc
internal import PCIConfig

/// The function that the witness reads four bytes of now and then, as every lspci does, to see whether its probes
/// fire: one without a mailbox, awake, and nobody's guest's.
struct CanaryFunction: Hashable, Sendable {
    let address: FunctionAddress
    private let directory: String

    /// A host bridge if there is one: it is always awake. `nil` where no function will do.
    init?(on host: PCIHost, without mailboxes: Set<FunctionAddress>) {
        let functions = (try? host.functions()) ?? []
        let candidates = functions.filter { !mailboxes.contains($0.address) && !$0.isLentToGuest }
        let bridge = candidates.first { $0.classCode.value.map { $0 >> 8 == 0x0600 } ?? false }
        guard let function = bridge ?? candidates.first(where: { $0.powerState == .d0 }) else { return nil }
        address = function.address
        directory = function.directory
    }

    /// Reads vendor and device id.
    func read() throws(LinuxError) {
        let path = "\(directory)/config"
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        _ = try Descriptor(owning: number).read(4, at: 0, subject: path)
    }
}
