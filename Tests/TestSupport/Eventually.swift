import DOELinux
import Glibc

/// Waits until something is so, asking again every few milliseconds; whether it was before the time is over.
@discardableResult
public func eventually(within microseconds: UInt64 = 60_000_000, _ isSo: () throws -> Bool) rethrows -> Bool {
    let end = Clocks.monotonicMicroseconds + microseconds
    while try !isSo() {
        guard Clocks.monotonicMicroseconds < end else { return false }
        usleep(5_000)
    }
    return true
}
