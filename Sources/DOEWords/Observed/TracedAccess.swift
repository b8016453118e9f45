/// What one event of our probes tells. Offsets are bytes into config space.
public enum TracedAccess: Hashable, Sendable {
    /// A write to a function's `config` in sysfs begins; the accesses that it is made of follow on the same thread.
    case fileWrite(function: FunctionAddress, offset: UInt64, count: UInt64)
    /// A write to a function's file below /proc/bus/pci begins; the accesses that it is made of follow and name it.
    case procWrite(offset: UInt64, count: UInt64)
    /// One write at a function on behalf of a process: of 1, 2 or 4 bytes, the value's other bits are 0.
    case write(function: FunctionAddress, offset: UInt16, width: Int, value: UInt32)
    /// One read of a dword at a function on behalf of a process begins.
    case read(function: FunctionAddress, offset: UInt16)
    /// The read that began last on this thread has ended; 0, or a negative error number. The value is not to be had on
    /// every kernel.
    case readEnded(offset: UInt16, value: UInt32?, result: Int32)
    /// The kernel asks a mailbox of a function for an object: `capability` is the mailbox's offset, the dword the first
    /// of the object's payload.
    case kernelRequest(function: FunctionAddress, capability: UInt16, object: ObjectID, firstDword: UInt32?)
    /// Such a request has ended: bytes of the response's payload, or a negative error number, and its first dword.
    /// Before `pci_doe` there was (6.4) it ends on another thread than it began, and names no mailbox.
    case kernelResponse(object: ObjectID, firstDword: UInt32?, result: Int32)
    /// The kernel, or a module in it, writes a dword at a function, for itself and for no process.
    case kernelWrite(function: FunctionAddress, offset: UInt16, value: UInt32)
    /// A read that the witness itself made to see whether its probes fire.
    case canary(function: FunctionAddress, offset: UInt64)

    /// Whether a process writes, so that it should be known which one.
    public var isWriteOfProcess: Bool {
        switch self {
        case .fileWrite, .procWrite, .write: true
        case .read, .readEnded, .kernelRequest, .kernelResponse, .kernelWrite, .canary: false
        }
    }
}
