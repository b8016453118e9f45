internal import DOEWords

/// Something that kernels do with published objects, and how their symbols show it.
///
/// Distributors bring new features into old kernels and leave others out: a version alone does not tell.
enum KernelFeature: CaseIterable, Hashable, Sendable {
    /// Finding mailboxes, and asking each what it offers (drivers/pci/doe.c).
    case mailboxes
    /// Reading the CDAT of a CXL device (drivers/cxl/core/pci.c).
    case tableAccess
    /// SPDM of its own: on behalf of the platform's security manager (drivers/pci/tsm.c), or to authenticate each
    /// device that it finds (CMA, drivers/pci/cma.c, not in Linux so far).
    case spdm

    /// The feature that an object belongs to; `nil` for one that no kernel is known to use.
    init?(of object: ObjectID) {
        guard let feature = Self.allCases.first(where: { $0.objects.contains(object) }) else { return nil }
        self = feature
    }

    /// The objects that a kernel with this feature uses.
    var objects: [ObjectID] {
        switch self {
        case .mailboxes: [.discovery]
        case .tableAccess: [.tableAccess]
        case .spdm: [.spdm, .securedSPDM]
        }
    }

    /// A kernel that has one of these functions has the feature. All of them are called from another file, so no
    /// compiler has taken them out: `pci_doe` since 6.4, `pci_doe_submit_task` since 6.0. `pci_cma_init` is called
    /// for each function that the kernel finds, by the patches that were posted from 2023 on.
    ///
    /// Of SPDM for a security manager no function is a proof: distributions build that into each kernel, and what
    /// talks to devices is the driver of a manager that few machines have. Its device in `/sys/class/tsm` is.
    var proofs: [String] {
        switch self {
        case .mailboxes: ["pci_doe", "pci_doe_submit_task"]
        case .tableAccess: ["read_cdat_data"]
        case .spdm: ["pci_cma_init"]
        }
    }

    /// How names begin of which a kernel with this feature has some. None where the feature can be in a module: that may
    /// be loaded later. CONFIG_PCI_DOE and CONFIG_PCI_TSM cannot.
    var traces: [String] {
        switch self {
        case .mailboxes: ["pci_doe", "pcim_doe", "doe_statemachine_work"]
        case .tableAccess: []
        case .spdm: ["pci_tsm_", "pci_cma_"]
        }
    }
}
