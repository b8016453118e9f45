internal import DOEObjects
internal import DOEWords
package import SPDMSocket

extension SimulatedFunction {
    /// `sim:spdm`: a storage controller with QEMU's ids, whose SPDM objects, plain and secured, are answered by
    /// whoever listens at an SPDM socket, as QEMU's own are.
    ///
    /// A peer that is not there, says no or talks nonsense shows as a device that drops the object in silence. The
    /// peer is waited for inside GO, which holds the function's lock: nobody else drives this function, and a thread
    /// in between would only make each exchange slower.
    package static func spdmFunction(peer: SPDMPeer, behaviour: Behaviour = Behaviour()) -> SimulatedFunction {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        let handler: Handler = { answer(of: peer, to: $0) }
        return SimulatedFunction(
            device, handlers: [.spdm: handler, .securedSPDM: handler], behaviour: behaviour)
    }

    private static func answer(of peer: SPDMPeer, to request: DataObject) -> DataObject? {
        guard let answer = try? peer.ask(SPDMFrame(.normal, payload: request.bytes)), answer.command == .normal,
            answer.transport == .pciDOE, !answer.payload.isEmpty
        else { return nil }
        guard let response = try? DataObject(bytes: answer.payload) else {
            peer.disconnect()
            return nil
        }
        return response
    }
}
