/// The version of this product, in the daemon, the tool and the control interface alike.
public enum ProductVersion {
    /// Semantic version.
    public static let current = "0.1.0"
}
