internal import DOELinux

/// Takes connections and makes an endpoint of each: many a turn, since a flood of them must not fill the kernel's queue, and
/// not all, since others have their turns too.
final class Listener: Endpoint {
    /// How long it rests when no connection can be taken, microseconds.
    private static let rest: UInt64 = 100_000
    /// How many it takes in a turn.
    static let batch = 64

    let descriptor: Descriptor
    private let accept: () throws(LinuxError) -> StreamSocket?
    private let welcome: (StreamSocket) -> Void
    /// The end of a rest.
    private(set) var deadline: UInt64?

    init(
        _ descriptor: Descriptor, accept: @escaping () throws(LinuxError) -> StreamSocket?,
        welcome: @escaping (StreamSocket) -> Void
    ) {
        self.descriptor = descriptor
        self.accept = accept
        self.welcome = welcome
    }

    convenience init(_ socket: ListeningSocket, welcome: @escaping (StreamSocket) -> Void) {
        self.init(
            socket.descriptor, accept: { () throws(LinuxError) in try socket.accept() }, welcome: welcome)
    }

    var interest: EventPoll.Interest { deadline == nil ? .readable : [] }

    func handle(_ what: EventPoll.Interest) -> Bool {
        do throws(LinuxError) {
            for _ in 0..<Self.batch {
                guard let connection = try accept() else { break }
                welcome(connection)
            }
        } catch {
            // Too many open files, mostly. The connection still waits and would wake the loop again at once.
            deadline = Clocks.monotonicMicroseconds + Self.rest
        }
        return true
    }

    func expired() -> Bool {
        deadline = nil
        return true
    }
}
