/// What would become of a request for Discovery or the CDAT of somebody who may not ask the device himself.
package enum CopyOutlook: Hashable, Sendable {
    /// There is a copy.
    case copy
    /// There is none, and the device would be asked.
    case device
    /// The kernel's copy would be looked for, and where it has none the device be asked.
    case kernelOrDevice
    /// It would be refused: why, a sentence without a full stop.
    case refused(String)
}
