internal import DOELinux

/// Takes connections and makes an endpoint of each: many a turn, since a flood of them must not fill the kernel's
/// queue, and not all, since others have their turns too.
final class Listener: Endpoint {
    /// How long it rests when no connection can be taken, microseconds.
    private static let rest: UInt64 = 100_000
    /// How many it takes in a turn.
    static let batch = 64

    let descriptor: Descriptor
    /// Until when no connection is to be taken: then the kernel's queue keeps them, in their order.
    private let restEnd: () -> UInt64?
    /// Why none can be taken now although one waits.
    private let shortage: () -> LinuxError?
    private let welcome: (StreamSocket) -> Void
    private let accept: () throws(LinuxError) -> StreamSocket?
    private let failed: (LinuxError) -> Void
    /// The end of a rest.
    private(set) var deadline: UInt64?

    init(
        _ descriptor: Descriptor, restEnd: @escaping () -> UInt64? = { nil },
        shortage: @escaping () -> LinuxError? = { nil },
        accept: @escaping () throws(LinuxError) -> StreamSocket?, failed: @escaping (LinuxError) -> Void = { _ in },
        welcome: @escaping (StreamSocket) -> Void
    ) {
        self.descriptor = descriptor
        self.failed = failed
        self.restEnd = restEnd
        self.shortage = shortage
        self.accept = accept
        self.welcome = welcome
    }

    convenience init(
        _ socket: ListeningSocket, restEnd: @escaping () -> UInt64?, shortage: @escaping () -> LinuxError?,
        failed: @escaping (LinuxError) -> Void, welcome: @escaping (StreamSocket) -> Void
    ) {
        self.init(
            socket.descriptor, restEnd: restEnd, shortage: shortage,
            accept: { () throws(LinuxError) in try socket.accept() }, failed: failed, welcome: welcome)
    }

    var interest: EventPoll.Interest { deadline == nil ? .readable : [] }

    func handle(_ what: EventPoll.Interest) -> Bool {
        do throws(LinuxError) {
            for turn in 0..<Self.batch {
                deadline = restEnd()
                guard deadline == nil else { break }
                if let shortage = shortage() {
                    // After the first it is not known that another one waits: the next turn says so.
                    guard turn == 0 else { break }
                    throw shortage
                }
                guard let connection = try accept() else { break }
                welcome(connection)
            }
        } catch {
            // Too many open files, mostly. The connection still waits and would wake the loop again at once.
            deadline = Clocks.monotonicMicroseconds + Self.rest
            failed(error)
        }
        return true
    }

    func expired() -> Bool {
        deadline = nil
        return true
    }
}
