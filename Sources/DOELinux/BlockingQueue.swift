internal import Glibc

/// A queue from which one thread takes and waits while it is empty.
@safe public final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    // Swift has a Mutex but nothing to wait with, hence the pthread pair. Both live as long as the object and every
    // access to `elements` and `closed` is under the lock.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let filled: UnsafeMutablePointer<pthread_cond_t>
    private var elements: [Element?] = []
    /// The first that was not taken; places before it are empty.
    private var next = 0
    private var closed = false

    /// An empty, open queue.
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

    /// Puts an element at the end; `false` when the queue is closed and the element was not taken.
    public func push(_ element: Element) -> Bool {
        unsafe pthread_mutex_lock(lock)
        let isOpen = !closed
        if isOpen { elements.append(element) }
        unsafe pthread_mutex_unlock(lock)
        // Only then, or whoever wakes would wait for the lock at once.
        if isOpen { unsafe pthread_cond_signal(filled) }
        return isOpen
    }

    /// Takes the first element, waiting for one; `nil` when the queue is closed and empty.
    public func take() -> Element? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while next == elements.count {
            guard !closed else { return nil }
            unsafe pthread_cond_wait(filled, lock)
        }
        let element = elements[next].take()
        next += 1
        dropTaken()
        return element
    }

    /// A queue that is never quite empty must not grow for ever either. Half of it at a time, so that the cost for each
    /// element stays the same however long the queue is.
    private func dropTaken() {
        if next == elements.count {
            // As each time in a queue that is seldom longer than one.
            elements.removeAll(keepingCapacity: next < 64)
        } else if next >= 64, next * 2 >= elements.count {
            elements.removeFirst(next)
        } else {
            return
        }
        next = 0
    }

    /// How many places the elements take up in memory, taken ones included; for tests.
    var placesInUse: Int {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return elements.count
    }

    /// Lets no further element in; what is in is still taken.
    public func close() {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        closed = true
        unsafe pthread_cond_broadcast(filled)
    }
}
