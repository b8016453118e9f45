package import DOEWords

/// Who a simulated function says it is.
package struct SimulatedDevice: Hashable, Sendable {
    /// Vendor and device id.
    package var device: PCIDeviceID
    /// Class, subclass and programming interface, 24 bits.
    package var classCode: UInt32
    /// For the device serial number capability; `nil` leaves the capability out.
    package var serialNumber: UInt64?
    /// The version in the DOE capability's header: 1 or 2.
    package var mailboxVersion: UInt8
    /// The driver that is said to be bound.
    package var driver: String?

    /// A device from its parts.
    package init(
        device: PCIDeviceID, classCode: UInt32, serialNumber: UInt64?, mailboxVersion: UInt8 = 1,
        driver: String? = nil
    ) {
        self.device = device
        self.classCode = classCode
        self.serialNumber = serialNumber
        self.mailboxVersion = mailboxVersion
        self.driver = driver
    }
}
