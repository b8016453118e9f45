/// A probe as it is meant: on which function, and what it writes. How it is spelled depends on the kernel.
struct ProbeTemplate: Hashable, Sendable {
    let role: ProbeRole
    /// The event's name; templates with the same one are different ways to the same event.
    let event: String
    /// The kernel's function.
    let function: String
    /// The module that has the function, where it is not in the kernel itself: it may be loaded later.
    let module: String?
    /// The names of its arguments as in the kernel's source, where the running kernel does not tell.
    let arguments: [String]
    /// Whether it writes when the function returns.
    let isReturn: Bool
    let fields: [ProbeField]

    init(
        _ role: ProbeRole, _ event: String, on function: String, in module: String? = nil, _ arguments: [String],
        returning: Bool = false, _ fields: [ProbeField]
    ) {
        self.role = role
        self.event = event
        self.function = function
        self.module = module
        self.arguments = arguments
        isReturn = returning
        self.fields = fields
    }

    private static let sysfs = ["filp", "kobj", "bin_attr", "buf", "off", "count"]
    private static let user = ["dev", "pos", "val"]
    private static let exchange = [
        "doe_mb", "vendor", "type", "request", "request_sz", "response", "response_sz",
    ]

    /// The name of the function that a `struct pci_dev` is: `0000:0d:00.0`.
    private static let deviceName = ProbeField("name", "dev", "pci_dev.dev.kobj.name", type: "string")
    private static let position = ProbeField("off", "pos", type: "s32")

    /// All that there are. What they write is a contract with the decoder: `ProbeRole` says which fields each has.
    static let all: [ProbeTemplate] = [
        ProbeTemplate(
            .fileWrite, "file_write", on: "pci_write_config", sysfs,
            [
                ProbeField("name", "kobj", "kobject.name", type: "string"), ProbeField("off", "off", type: "u64"),
                ProbeField("count", "count", type: "u64"),
            ]),
        ProbeTemplate(
            .procWrite, "proc_write", on: "proc_bus_pci_write", ["file", "buf", "nbytes", "ppos"],
            [
                ProbeField("off", "ppos", behindPointer: true, type: "u64"),
                ProbeField("count", "nbytes", type: "u64"),
            ]),
        write(.write32, "write32", "dword", type: "x32"),
        write(.write16, "write16", "word", type: "x16"),
        write(.write8, "write8", "byte", type: "x8"),
        ProbeTemplate(
            .readEnded, "read_ended", on: "pci_user_read_config_dword", user, returning: true,
            [
                deviceName, position, ProbeField(result: "ret", type: "s32"),
                ProbeField("val", "val", behindPointer: true, type: "x32"),
            ]),
        ProbeTemplate(.read32, "read32", on: "pci_user_read_config_dword", user, [deviceName, position]),
        ProbeTemplate(
            .kernelRequest, "kernel_request", on: "pci_doe", exchange,
            [
                ProbeField("name", "doe_mb", "pci_doe_mb.pdev", "pci_dev.dev.kobj.name", type: "string"),
                ProbeField("cap", "doe_mb", "pci_doe_mb.cap_offset", type: "x16"),
                ProbeField("vendor", "vendor", type: "x16"), ProbeField("type", "type", type: "x8"),
                ProbeField("req0", "request", behindPointer: true, type: "x32"),
            ]),
        ProbeTemplate(
            .kernelResponse, "kernel_response", on: "pci_doe", exchange, returning: true,
            [
                ProbeField("vendor", "vendor", type: "x16"), ProbeField("type", "type", type: "x8"),
                ProbeField("rsp0", "response", behindPointer: true, type: "x32"),
                ProbeField(result: "ret", type: "s32"),
            ]),
        submit("prot"), submit("feat"),
        complete("task_complete", "pci_doe_task_complete", "prot"),
        complete("task_complete", "pci_doe_task_complete", "feat"),
        complete("cxl_task_complete", "cxl_doe_task_complete", in: "cxl_core", "prot"),
        complete("cxl_task_complete", "cxl_doe_task_complete", in: "cxl_core", "feat"),
        ProbeTemplate(
            .kernelWrite, "kernel_write", on: "pci_bus_write_config_dword", ["bus", "devfn", "pos", "value"],
            [
                ProbeField("bus", "bus", "pci_bus.dev.kobj.name", type: "string"),
                ProbeField("devfn", "devfn", type: "u32"), position, ProbeField("val", "value", type: "x32"),
            ]),
        ProbeTemplate(
            .canary, "canary", on: "pci_read_config", sysfs,
            [
                ProbeField("name", "kobj", "kobject.name", type: "string"), ProbeField("off", "off", type: "u64"),
            ]),
    ]

    private static func write(_ role: ProbeRole, _ event: String, _ width: String, type: String) -> Self {
        ProbeTemplate(
            role, event, on: "pci_user_write_config_\(width)", user,
            [deviceName, position, ProbeField("val", "val", type: type), .command])
    }

    /// What a task asks for is its `prot`, and in later kernels its `feat`.
    private static func submit(_ object: String) -> Self {
        ProbeTemplate(
            .kernelRequestBefore64, "kernel_request_before_6_4", on: "pci_doe_submit_task", ["doe_mb", "task"],
            [
                ProbeField("name", "doe_mb", "pci_doe_mb.pdev", "pci_dev.dev.kobj.name", type: "string"),
                ProbeField("cap", "doe_mb", "pci_doe_mb.cap_offset", type: "x16"),
                ProbeField("vid", "task", MemberPath("pci_doe_task.\(object).vid"), type: "x16"),
                ProbeField("type", "task", MemberPath("pci_doe_task.\(object).type"), type: "x8"),
                ProbeField("reqsz", "task", "pci_doe_task.request_pl_sz", type: "u64"),
                ProbeField("req0", "task", "pci_doe_task.request_pl", behindPointer: true, type: "x32"),
            ])
    }

    private static func complete(
        _ event: String, _ function: String, in module: String? = nil, _ object: String
    ) -> Self {
        ProbeTemplate(
            .taskComplete, event, on: function, in: module, ["task"],
            [
                ProbeField("vid", "task", MemberPath("pci_doe_task.\(object).vid"), type: "x16"),
                ProbeField("type", "task", MemberPath("pci_doe_task.\(object).type"), type: "x8"),
                ProbeField("rv", "task", "pci_doe_task.rv", type: "s32"),
                ProbeField("rsp0", "task", "pci_doe_task.response_pl", behindPointer: true, type: "x32"),
            ])
    }
}
