internal import CLinux
internal import Glibc

/// Many at a time, or one alone: for what many threads do to something that one of them may have to exchange.
///
/// Who wants it alone is not kept waiting by those who come later. Nobody who holds it may ask for it again.
@safe public final class SharedLock: @unchecked Sendable {
    // It lives as long as the object.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>

    /// Free.
    public init() {
        unsafe lock = .allocate(capacity: 1)
        unsafe clinux_init_shared_lock(lock)
    }

    deinit {
        unsafe pthread_rwlock_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs `body` beside others who do the same.
    public func withShared<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_rwlock_rdlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body()
    }

    /// Waits until nobody else is in, and runs `body` alone.
    public func alone<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_rwlock_wrlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body()
    }
}
