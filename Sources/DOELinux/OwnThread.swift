internal import CLinux

/// The calling thread.
public enum OwnThread {
    /// Its number, as the kernel and its traces name it (gettid); asked once a thread, since it is wanted for every few
    /// dwords.
    public static var number: Int32 { clinux_thread_number() }
}
