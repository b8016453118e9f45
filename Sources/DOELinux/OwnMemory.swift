internal import CLinux

/// The memory of this process.
public enum OwnMemory {
    /// What was taken for a peak goes back to the kernel after it, and does not stay here for the next one.
    public static func giveBackAfterPeaks() { clinux_give_back_large_blocks() }

    /// Gives back what is free now, small blocks too. It takes a millisecond or so.
    public static func giveBackNow() { clinux_give_back_freed_blocks() }
}
