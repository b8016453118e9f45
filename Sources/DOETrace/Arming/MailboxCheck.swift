internal import Glibc
package import DOEWords
package import PCIConfig

/// Which of the functions that somebody names have a mailbox, by a walk of one's own: what he says of it does not count.
/// The capabilities of each are read once while it is the same file, whatever is asked in between; nothing is written.
package struct MailboxCheck: Sendable {
    private struct Known {
        let inode: UInt64
        /// None where it has none.
        let mailboxes: [UInt16]
    }

    /// So many of those that are refused are named.
    private static let named = 32

    private let host: PCIHost
    private var known: [FunctionAddress: Known] = [:]

    /// Of this host's functions.
    package init(on host: PCIHost) { self.host = host }

    /// Those that have one, and of the others why they are not watched.
    package mutating func watched(
        of addresses: [FunctionAddress]
    ) -> (watched: [WatchedFunction], refused: [Obstacle]) {
        var (watched, refused): ([WatchedFunction], [Obstacle]) = ([], [])
        var unnamed = 0
        for address in Set(addresses).sorted() {
            do throws(Obstacle) {
                watched.append(WatchedFunction(address: address, mailboxes: try look(at: address)))
            } catch {
                if refused.count < Self.named { refused.append(error) } else { unnamed += 1 }
            }
        }
        if unnamed > 0 { refused.append(Obstacle("\(unnamed) other functions are not watched")) }
        return (watched, refused)
    }

    private mutating func look(at address: FunctionAddress) throws(Obstacle) -> [UInt16] {
        let function = host.function(address)
        var status = stat()
        guard unsafe stat("\(function.directory)/config", &status) == 0 else {
            known[address] = nil
            throw Obstacle("\(address) is not watched: there is no such function")
        }
        let inode = UInt64(status.st_ino)
        if known[address]?.inode != inode {
            do throws(ConfigSpaceError) {
                let mailboxes = try function.hold(forReadingAlone: true).capabilities.mailboxes.map(\.offset)
                known[address] = Known(inode: inode, mailboxes: mailboxes)
            } catch {
                throw Obstacle("\(address) is not watched: \(error.problem)", remedy: error.remedy)
            }
        }
        guard let mailboxes = known[address]?.mailboxes, !mailboxes.isEmpty else {
            throw Obstacle("\(address) is not watched: it has no mailbox")
        }
        return mailboxes
    }
}
