internal import CLinux

/// The calling thread.
public enum OwnThread {
    /// Its number, as the kernel and its traces name it (gettid); asked once a thread, since it is wanted for every
    /// few dwords.
    public static var number: Int32 { clinux_thread_number() }

    /// Where the calling thread runs now.
    public static var processor: Int { Int(clinux_current_processor()) }

    /// Has a thread of this process run on one processor and no other; `false` where the kernel does not let it: the
    /// processor is not there, or not for this process.
    public static func move(_ thread: Int32, to processor: Int) -> Bool {
        guard let processor = Int32(exactly: processor) else { return false }
        return clinux_thread_move(thread, processor) == 0
    }
}
