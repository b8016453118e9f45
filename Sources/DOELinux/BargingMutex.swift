internal import Glibc

/// A value that one thread at a time may use. Whoever comes by when it is free takes it, also before those who have slept
/// for it: it is not fair, and does not stand still while the kernel wakes the next in the queue.
///
/// Synchronization's Mutex hands itself over to the one who waits longest (FUTEX_UNLOCK_PI), and everybody else spins
/// until that thread runs. Where many threads take turns all the time, at something that may write a file, each turn then
/// costs a switch of threads. There this is the better one; elsewhere Mutex is.
@safe public final class BargingMutex<Value: ~Copyable>: @unchecked Sendable {
    // It lives as long as the object, and every access to `value` is under it.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Free, with this value.
    public init(_ value: consuming sending Value) {
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Waits for its turn and runs `body`, which must not come here again.
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
