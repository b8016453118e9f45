/// The functions that the simulator can be, by their names.
public enum SimulatedModel: String, Hashable, Sendable, CaseIterable {
    /// A CXL memory expander.
    case cxl
    /// An accelerator with vendor objects.
    case vendor
}
