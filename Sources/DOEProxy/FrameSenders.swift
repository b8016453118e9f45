/// Whether all of a frame, or of a call on the control socket, was sent by who connected. What comes with one read is
/// of one sender. Pure.
struct FrameSenders {
    /// Everything that came of the frame at hand.
    private(set) var isConnectorsAlone = true
    private var isLastReadTheConnectors = true

    /// More bytes are here; `insideFrame` where some of the frame came before.
    mutating func came(fromConnector: Bool, insideFrame: Bool) {
        isConnectorsAlone = fromConnector && (!insideFrame || isConnectorsAlone)
        isLastReadTheConnectors = fromConnector
    }

    /// The next frame begins with what is left of the last read, or with a new one.
    mutating func frameEnded() { isConnectorsAlone = isLastReadTheConnectors }
}
