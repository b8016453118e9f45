internal import DOEObjects
package import DOEWords
internal import Synchronization

extension SimulatedFunction {
    /// A function of that model, well-behaved. Copies, from 1, have serial numbers of their own: what is remembered of
    /// a device goes by its serial number.
    package static func model(_ model: SimulatedModel, copy: UInt64 = 1) -> SimulatedFunction {
        switch model {
        case .cxl: cxlMemoryExpander(serialNumber: 0x1233 + copy)
        case .vendor: vendorFunction(serialNumber: 0x48b0_2d00_0000_5677 + copy)
        }
    }

    /// `sim:cxl`: a CXL memory expander with the ids of QEMU's. It takes Discovery, CDAT and, as a device under test
    /// would, Compliance.
    package static func cxlMemoryExpander(
        serialNumber: UInt64? = 0x1234, behaviour: Behaviour = Behaviour()
    ) -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x8086, device: 0x0d93), classCode: 0x050210, serialNumber: serialNumber)
        let table = SimulatedTable.memoryExpander
        return SimulatedFunction(
            device,
            handlers: [
                .tableAccess: { table.answer($0) },
                .compliance: { SimulatedCompliance.answer($0) },
            ],
            behaviour: behaviour)
    }

    /// The whole CDAT of `cxlMemoryExpander`, header first.
    package static var memoryExpanderTable: [UInt8] { SimulatedTable.memoryExpander.bytes }

    /// The object of `vendorFunction` that sends a request's payload back.
    package static let vendorEcho = ObjectID(vendor: 0x10de, type: 0x01)
    /// The object of `vendorFunction` that counts its own executions from 1: a side effect that a test can see.
    package static let vendorCounter = ObjectID(vendor: 0x10de, type: 0x02)

    /// `sim:vendor`: an accelerator with two vendor objects and a mailbox of capability version 2.
    package static func vendorFunction(
        serialNumber: UInt64 = 0x48b0_2d00_0000_5678, behaviour: Behaviour = Behaviour()
    ) -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x10de, device: 0x2330), classCode: 0x030200,
            serialNumber: serialNumber, mailboxVersion: 2)
        let counter = Counter()
        return SimulatedFunction(
            device,
            handlers: [
                vendorEcho: { $0 },
                vendorCounter: { _ in try? DataObject(vendorCounter, payload: counter.next().littleEndianBytes) },
            ],
            behaviour: behaviour)
    }

    private final class Counter: Sendable {
        private let value = Mutex<UInt32>(0)

        func next() -> UInt32 {
            value.withLock {
                $0 &+= 1
                return $0
            }
        }
    }
}
