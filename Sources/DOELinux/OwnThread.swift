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

    /// Has the calling thread, and every one that it makes from then on, run for so long at most while another one wants
    /// the processor, and be let in as much sooner when it is wanted. It gets no more of the processor by that. Linux 6.12
    /// and later; an older one keeps its own length, some three milliseconds.
    public static func takeTurns(ofMicroseconds length: UInt64) throws(LinuxError) {
        guard clinux_thread_take_turns(length * 1_000) == 0 else { throw .last("sched_setattr", "this thread") }
    }
}
