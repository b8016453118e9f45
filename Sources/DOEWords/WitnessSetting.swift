/// Whether the witness is to look.
public enum WitnessSetting: String, Hashable, Sendable, CaseIterable {
    /// Wherever the kernel can be asked; where it cannot, it is blind and says so.
    case auto
    /// Not at all.
    case off
}
