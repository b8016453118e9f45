internal import CLinux

/// The memory of this process.
public enum OwnMemory {
    /// What was taken for a peak goes back to the kernel after it, and does not stay here for the next one.
    public static func giveBackAfterPeaks() { clinux_give_back_large_blocks() }
}
