internal import CLinux
internal import Glibc

/// A place for one value that a thread waits for, for so long at most.
@safe public final class AnswerSlot<Value: Sendable>: @unchecked Sendable {
    // As in BlockingQueue: Swift has a Mutex but nothing to wait with. Every access to `value` is under the lock.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let filled: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value?

    /// An empty one.
    public init() {
        unsafe lock = .allocate(capacity: 1)
        unsafe filled = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(filled, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(filled)
        unsafe pthread_mutex_destroy(lock)
        unsafe filled.deallocate()
        unsafe lock.deallocate()
    }

    /// Puts the value there; the first one stays.
    public func put(_ new: Value) {
        unsafe pthread_mutex_lock(lock)
        if value == nil { value = new }
        unsafe pthread_cond_signal(filled)
        unsafe pthread_mutex_unlock(lock)
    }

    /// Waits for it and takes it; `nil` where it does not come in time.
    public func take(withinMicroseconds limit: UInt64) -> Value? {
        let end = Clocks.monotonicMicroseconds + limit
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while value == nil {
            guard unsafe clinux_condition_wait(filled, lock, end) == 0 else { break }
        }
        return value.take()
    }
}
