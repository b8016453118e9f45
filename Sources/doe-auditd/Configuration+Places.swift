internal import DOEConfiguration

extension Configuration {
    /// How long a peer has for an answer.
    var peerMilliseconds: UInt32 { UInt32(clamping: self.peerTimeout) * 1_000 }
}
