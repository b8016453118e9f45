internal import DOELinux
public import DOEWords
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The leases there are: one a mailbox, in memory and in the file `leases` in the state directory, so that they
/// outlive the daemon. Not the boot: the times since boot of another one mean nothing.
///
/// It only keeps them; `Monitor` says when one begins and ends, and puts that on record.
public final class LeaseKeeper: Sendable {
    /// What was found of the daemon before that holds no longer.
    struct Found: Hashable {
        /// Leases of an earlier boot.
        var ended: [Lease] = []
        /// Why the file could not be used; `nil` where it could, or where there was none.
        var problem: String?
    }

    private struct State {
        var leases: [MailboxName: Lease] = [:]
        var trouble: String?
    }

    typealias Write = @Sendable (_ content: [UInt8], _ path: String) throws(LinuxError) -> Void

    /// The most bytes that the file may have, for who writes it and who reads it.
    private let sizeLimit: Int

    private let path: String
    private let boot: String
    private let write: Write
    private let clock: @Sendable () -> LeaseTime
    /// Every mailbox's thread asks three times an exchange, as with the mode.
    private let state: BargingMutex<State>
    /// Held by who writes the file.
    private let writing = Mutex(())
    /// What was found, until somebody takes it.
    private let found: Mutex<Found>

    /// Takes the leases of this boot from a state directory that exists. A file that cannot be used holds no lease.
    public convenience init(directory: String, boot: String) {
        self.init(
            directory: directory, boot: boot,
            clock: {
                LeaseTime(sinceBoot: Clocks.boottimeMicroseconds, wallClock: Clocks.realtimeMicroseconds)
            }
        ) { content, path throws(LinuxError) in try AtomicFile.write(content, to: path, mode: 0o600) }
    }

    init(
        directory: String, boot: String, sizeLimit: Int = 1 << 20, clock: @escaping @Sendable () -> LeaseTime,
        write: @escaping Write
    ) {
        path = directory + "/leases"
        self.sizeLimit = sizeLimit
        self.boot = boot
        self.clock = clock
        self.write = write
        let (leases, found) = Self.read(path, boot, sizeLimit)
        state = BargingMutex(State(leases: leases, trouble: found.problem))
        self.found = Mutex(found)
    }

    /// The time by the clocks that leases go by.
    var now: LeaseTime { clock() }

    /// Every lease, by the mailboxes' names.
    public var all: [Lease] { state.withLock { $0.leases.values.sorted { "\($0.mailbox)" < "\($1.mailbox)" } } }

    /// Whether there is none.
    public var isEmpty: Bool { state.withLock { $0.leases.isEmpty } }

    /// What is wrong with the file; `nil` while nothing is.
    public var trouble: String? { state.withLock { $0.trouble } }

    /// The mailbox's lease; `nil` where it has none.
    func lease(of mailbox: MailboxName) -> Lease? { state.withLock { $0.leases[mailbox] } }

    /// What the daemon before left that holds no longer; the second time nothing.
    func takeFound() -> Found {
        found.withLock { found in
            defer { found = Found() }
            return found
        }
    }

    /// Keeps a lease: it is on the disk when this returns. Throws, and keeps none, where it cannot be, or where the
    /// mailbox has one.
    func add(_ lease: Lease) throws(Obstacle) {
        try writing.withLock { _ throws(Obstacle) in
            var leases = state.withLock { $0.leases }
            if let other = leases[lease.mailbox] { throw .leased(other) }
            leases[lease.mailbox] = lease
            let text = LeaseFormat.text(of: Array(leases.values), boot: boot)
            guard text.count <= sizeLimit else {
                throw Obstacle(
                    "there are as many leases as can be kept: \(leases.count - 1)",
                    remedy: "end one first: doe-audit lease list")
            }
            do throws(LinuxError) {
                try write(text, path)
            } catch {
                // It may be in the file all the same: the rename can have worked, and the sync after it not.
                save()
                throw Obstacle(
                    "the lease cannot be kept: \(error.problem)",
                    remedy: error.remedy(forWritingIn: "the state directory"))
            }
            // Not all of them: one may have been ended while the file was written.
            state.withLock { state in
                state.leases[lease.mailbox] = lease
                state.trouble = nil
            }
        }
    }

    /// Ends a lease at once, in memory first; `false` where it had ended before.
    ///
    /// Where the file cannot be written it is removed: the others then do not outlive the daemon, but neither does
    /// this one.
    func remove(_ lease: Lease) -> Bool {
        let wasThere = state.withLock { state in
            guard state.leases[lease.mailbox] == lease else { return false }
            state.leases[lease.mailbox] = nil
            return true
        }
        if wasThere { writing.withLock { _ in save() } }
        return wasThere
    }

    /// Writes the file anew with the leases that hold, or removes it.
    func keepWhatHolds() { writing.withLock { _ in save() } }

    /// Inside `writing`.
    private func save() {
        let leases = state.withLock { Array($0.leases.values) }
        var trouble: String?
        if !leases.isEmpty {
            do throws(LinuxError) {
                try write(LeaseFormat.text(of: leases, boot: boot), path)
                return state.withLock { $0.trouble = nil }
            } catch {
                trouble = "leases do not outlive the daemon: \(error.problem)"
            }
        }
        if unsafe unlink(path) != 0, errno != ENOENT {
            let error = LinuxError.last("remove", path, remedy: "remove it before the daemon is started anew")
            trouble = "a lease that has ended is still kept: \(error.description)"
        }
        state.withLock { $0.trouble = trouble }
    }

    private static func read(_ path: String, _ boot: String, _ sizeLimit: Int) -> ([MailboxName: Lease], Found) {
        let found: [UInt8]?
        do throws(LinuxError) {
            found = try OwnFile.read(path, limit: sizeLimit)
        } catch {
            return ([:], Found(problem: "there is no lease any more: \(error.description)"))
        }
        guard let bytes = found else { return ([:], Found()) }
        do throws(LeaseFormat.Fault) {
            let (writtenIn, leases) = try LeaseFormat.parse(bytes)
            guard writtenIn == boot else { return ([:], Found(ended: leases)) }
            return (Dictionary(uniqueKeysWithValues: leases.map { ($0.mailbox, $0) }), Found())
        } catch {
            return ([:], Found(problem: "there is no lease any more: \(path) is damaged: \(error.text)"))
        }
    }
}

extension Obstacle {
    /// Another lease stands in the way.
    static func leased(_ lease: Lease) -> Obstacle {
        Obstacle(
            "\(lease.mailbox) is leased to \(lease.holder) already", remedy: "end that one first: doe-audit lease end")
    }
}
