internal import DOELinux
internal import DOETrace
internal import DOEWords
internal import Glibc
internal import PCIConfig
internal import Synchronization

/// The functions of this host that have mailboxes, as they come and go. Of each its capabilities are read once;
/// nothing is written, and one that sleeps or is lent to a guest is left alone.
final class WatchedHost: Sendable {
    /// A function that was looked at: which file it was, and what it has.
    private struct Known {
        let inode: UInt64
        /// `nil` where it has no mailbox.
        let space: HeldConfigSpace?
    }

    private let host: PCIHost
    /// Who opens what takes rights.
    private let access: ConfigAccess
    private let known = Mutex<[FunctionAddress: Known]>([:])

    init(_ host: PCIHost, through access: ConfigAccess) { (self.host, self.access) = (host, access) }

    /// Looks what there is now: the functions with mailboxes, and those of which nobody could learn whether they have
    /// one.
    func look() throws(LinuxError) -> (watched: [WatchedFunction], unread: [Obstacle]) {
        let functions = try host.functions()
        var unread: [Obstacle] = []
        var found: [FunctionAddress: Known] = [:]
        let before = known.withLock { $0 }
        for function in functions {
            guard let (inode, size) = Self.file(of: function) else { continue }
            if let known = before[function.address], known.inode == inode {
                found[function.address] = known
                continue
            }
            // A conventional function has no extended capabilities, and so no mailbox.
            guard size > 256 else { continue }
            do throws(ConfigSpaceError) {
                let space = try function.hold(forReadingAlone: true, through: access)
                found[function.address] = Known(inode: inode, space: space.mailboxes.isEmpty ? nil : space)
            } catch {
                // Whoever opens for us has looked.
                if error.reason == .mailboxless {
                    found[function.address] = Known(inode: inode, space: nil)
                } else {
                    unread.append(Obstacle(error))
                }
            }
        }
        known.withLock { $0 = found }
        let watched = found.compactMap { address, known in
            known.space.map { WatchedFunction(address: address, mailboxes: $0.mailboxes.compactMap(\.offset)) }
        }
        return (watched.sorted { $0.address < $1.address }, unread)
    }

    /// The mailboxes of a function as it is now; reads no device register.
    func identities(of function: FunctionAddress) -> [MailboxIdentity] {
        guard let space = known.withLock({ $0[function]?.space }) else { return [] }
        return space.mailboxes.map { space.identity(of: $0) }
    }

    /// Whether a guest may have it.
    func isLent(_ function: FunctionAddress) -> Bool { host.function(function).isLentToGuest }

    private static func file(of function: PCIFunction) -> (inode: UInt64, size: Int)? {
        var status = stat()
        guard unsafe stat("\(function.directory)/config", &status) == 0 else { return nil }
        return (UInt64(status.st_ino), Int(status.st_size))
    }
}

extension MailboxName {
    /// The capability's offset of a mailbox of this host.
    fileprivate var offset: UInt16? {
        guard case .real(_, let offset) = self else { return nil }
        return offset
    }
}
