internal import DOELinux

/// Takes connections and makes an endpoint of each: many a turn, since a flood of them must not fill the kernel's queue, and
/// not all, since others have their turns too.
final class Listener: Endpoint {
    /// How long it rests when no connection can be taken, microseconds.
    private static let rest: UInt64 = 100_000
    /// How many it takes in a turn.
    static let batch = 64

    let descriptor: Descriptor
    /// Takes a connection; until when no other one is to be accepted, `nil` for now.
    private let welcome: (StreamSocket) -> UInt64?
    private let accept: () throws(LinuxError) -> StreamSocket?
    /// The end of a rest.
    private(set) var deadline: UInt64?

    init(
        _ descriptor: Descriptor, accept: @escaping () throws(LinuxError) -> StreamSocket?,
        welcome: @escaping (StreamSocket) -> UInt64?
    ) {
        self.descriptor = descriptor
        self.accept = accept
        self.welcome = welcome
    }

    convenience init(_ socket: ListeningSocket, welcome: @escaping (StreamSocket) -> UInt64?) {
        self.init(
            socket.descriptor, accept: { () throws(LinuxError) in try socket.accept() }, welcome: welcome)
    }

    var interest: EventPoll.Interest { deadline == nil ? .readable : [] }

    func handle(_ what: EventPoll.Interest) -> Bool {
        do throws(LinuxError) {
            for _ in 0..<Self.batch {
                guard let connection = try accept() else { break }
                // More were turned away than the others can do with: the rest waits in the kernel's queue.
                deadline = welcome(connection)
                guard deadline == nil else { break }
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
