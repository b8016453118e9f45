internal import DOEWords

/// How much memory frames take that are on their way, in either direction: a bound for each holder and one for all,
/// so that no number of half frames costs more. Who finds none is not read until another's frame is whole or has
/// ended.
///
/// Small frames are not counted: a connection costs as much anyway. Each holder leaves to the others as much as he
/// has, as with places. It is the server's thread's.
final class FrameMemory {
    /// What is not counted of a connection: as much as one read brings.
    static let small = 16_384

    private let limits: ClientLimits
    private var held: [AccountHolder: Int] = [:]
    private var others = 0
    /// Connections that wait for memory, in their order.
    private var waiting: [UInt64] = []
    private var wasFreed = false
    private let giveBackToKernel: () -> Void
    /// The most that was held since memory was last given back.
    private var peak = 0
    private var total = 0

    /// `giveBackToKernel` is called when the last of much memory is free again.
    init(_ limits: ClientLimits, giveBackToKernel: @escaping () -> Void) {
        self.limits = limits
        self.giveBackToKernel = giveBackToKernel
    }

    /// So many bytes for a frame of this holder; `false` where he has to wait.
    func take(_ bytes: Int, for holder: AccountHolder) -> Bool {
        let after = (held[holder] ?? 0) + bytes
        guard after <= limits.share(of: holder).frameBytes else { return false }
        guard holder == .root || after <= limits.frameBytesOfAll - others - bytes else { return false }
        charge(bytes, to: holder)
        return true
    }

    /// So many bytes that are there already: an answer that is not taken.
    func charge(_ bytes: Int, to holder: AccountHolder) {
        held[holder, default: 0] += bytes
        if holder != .root { others += bytes }
        total += bytes
        peak = max(peak, total)
    }

    /// They are free again.
    func giveBack(_ bytes: Int, of holder: AccountHolder) {
        let left = (held[holder] ?? 0) - bytes
        held[holder] = left > 0 ? left : nil
        if holder != .root { others -= bytes }
        total -= bytes
        wasFreed = true
        guard total == 0, peak >= limits.frameBytes else { return }
        peak = 0
        giveBackToKernel()
    }

    /// Whether this holder has so much already that nothing more is read of him.
    func isExhausted(for holder: AccountHolder) -> Bool {
        (held[holder] ?? 0) > limits.share(of: holder).frameBytes
    }

    /// This connection is to be asked again when memory is free.
    func wait(_ token: UInt64) {
        if !waiting.contains(token) { waiting.append(token) }
    }

    /// Those that may ask again now.
    func takeWaiting() -> [UInt64] {
        guard wasFreed else { return [] }
        wasFreed = false
        defer { waiting = [] }
        return waiting
    }
}
