internal import DOEConfiguration
internal import SPDMSocket

extension Configuration {
    /// How long a peer has for an answer.
    var peerMilliseconds: UInt32 { UInt32(clamping: self.peerTimeout) * 1_000 }

    /// Whether anything is served or asked over TCP.
    var usesTCP: Bool {
        if !tcpDoors.isEmpty { return true }
        let simulated = (simulatedPlaces ?? []).compactMap { place -> SPDMSocketAddress? in
            if case .spdm(let address) = place.function { address } else { nil }
        }
        return (simulated + remotePlaces.map(\.address)).contains { if case .tcp = $0 { true } else { false } }
    }
}
