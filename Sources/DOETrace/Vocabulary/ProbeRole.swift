/// What a probe of ours is there for. The fields that its definition must have, by name, are the contract between who
/// makes the probes and ``EventDecoder``; their widths and signs are the kernel's to choose.
public enum ProbeRole: String, Hashable, Sendable, CaseIterable {
    /// `pci_write_config`: a write to a function's `config` in sysfs.
    case fileWrite
    /// `proc_bus_pci_write`: a write to a function's file below /proc/bus/pci.
    case procWrite
    /// `pci_user_write_config_dword`.
    case write32
    /// `pci_user_write_config_word`.
    case write16
    /// `pci_user_write_config_byte`.
    case write8
    /// `pci_user_read_config_dword`.
    case read32
    /// The return of `pci_user_read_config_dword`, with the value that was read.
    case readEnded
    /// The same where this kernel cannot give the value.
    case readEndedWithoutValue
    /// `pci_doe`, from Linux 6.4.
    case kernelRequest
    /// `pci_doe_submit_task`, before.
    case kernelRequestBefore64
    /// The return of `pci_doe`.
    case kernelResponse
    /// `pci_doe_task_complete` and `cxl_doe_task_complete`: an exchange's end where there is no `pci_doe`.
    case taskComplete
    /// `pci_bus_write_config_dword`.
    case kernelWrite
    /// `pci_read_config`, for the witness' own reads.
    case canary

    /// Whether it shows a write on behalf of a process. Such a probe tells besides, in the field `comm`, what the
    /// thread calls itself.
    var isUserWrite: Bool { self == .write32 || self == .write16 || self == .write8 }

    /// The fields that the probe's definition names. `name` is a function's name in sysfs, `bus` a bus's (`0000:0d`).
    public var fields: [String] {
        switch self {
        case .fileWrite: ["name", "off", "count"]
        case .procWrite: ["off", "count"]
        case .write32, .write16, .write8: ["name", "off", "val"]
        case .read32, .canary: ["name", "off"]
        case .readEnded: ["off", "ret", "val"]
        case .readEndedWithoutValue: ["off", "ret"]
        case .kernelRequest: ["name", "cap", "vendor", "type", "req0"]
        case .kernelRequestBefore64: ["name", "cap", "vid", "type", "reqsz", "req0"]
        case .kernelResponse: ["vendor", "type", "rsp0", "ret"]
        case .taskComplete: ["vid", "type", "rv", "rsp0"]
        case .kernelWrite: ["bus", "devfn", "off", "val"]
        }
    }
}
