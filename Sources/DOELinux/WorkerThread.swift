internal import CLinux
internal import Glibc
internal import SystemPackage

/// A plain thread for work that may block in the kernel, kept off Swift's cooperative pool.
public final class WorkerThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread; the name (15 characters at most) shows in `ps -T` and in crash reports.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(LinuxError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let error = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe start.name.withCString { unsafe clinux_thread_set_name($0) }
                start.body()
                return nil
            }, start.toOpaque())
        guard error == 0 else {
            unsafe start.release()
            throw LinuxError("pthread_create", name, .init(rawValue: error))
        }
        self.handle = handle
    }

    /// Waits for the thread's end; call it once.
    public func join() {
        pthread_join(handle, nil)
    }

    /// Waits for it, at most so long; call it once. `false` where it has not ended by then: what it waits for must not keep
    /// a program from ending.
    public func join(withinMicroseconds limit: UInt64) -> Bool { clinux_thread_join(handle, limit) == 0 }

    /// Lets it end by itself: it must not be joined then.
    public func detach() { pthread_detach(handle) }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = String(name.prefix(15))
            self.body = body
        }
    }
}
