internal import Synchronization

/// The other end of an SPDM socket, an emulator or a paravirtual device, as a mailbox talks to it: one question at a
/// time, connected when there is one, and connected anew after the peer has gone.
///
/// It says no hello, since those who wait for one (emulators' requesters) are never at this end, and never sends
/// shutdown, which would stop the peer for everybody.
public final class SPDMPeer: Sendable {
    /// Where the peer listens.
    public let address: SPDMSocketAddress
    private let connectMilliseconds: UInt32
    private let answerMilliseconds: UInt32
    private let connection = Mutex(Connection())

    private struct Connection: ~Copyable {
        var client: SPDMSocketClient?
    }

    /// A peer that is not connected yet. An answer has the second that a DOE device has (PCIe r6.0 6.30.2), and
    /// connecting another one.
    public init(
        at address: SPDMSocketAddress, connectMilliseconds: UInt32 = 1_000, answerMilliseconds: UInt32 = 1_000
    ) {
        self.address = address
        self.connectMilliseconds = connectMilliseconds
        self.answerMilliseconds = answerMilliseconds
    }

    /// Sends a frame and waits for the next one, whatever its command.
    ///
    /// A connection on which something came since the last answer is not used again: the peer has gone, or what came is
    /// the late answer to an earlier question. Nor is one on which a question failed. Nothing is sent twice: what the
    /// peer did with a question that it did not answer is not known.
    public func ask(_ frame: SPDMFrame) throws(SPDMSocketError) -> SPDMFrame {
        try connection.withLock { connection throws(SPDMSocketError) in
            var client = try idleClient(of: &connection)
            try client.send(frame)
            let answer = try client.receive()
            connection.client = consume client
            return answer
        }
    }

    /// Closes the connection: what the peer says on it makes no sense.
    public func disconnect() {
        connection.withLock { $0.client = nil }
    }

    private func idleClient(of connection: inout Connection) throws(SPDMSocketError) -> SPDMSocketClient {
        if let client = connection.client.take(), client.isIdle { return client }
        return try SPDMSocketClient(
            connectingTo: address, withinMilliseconds: connectMilliseconds, timeoutMilliseconds: answerMilliseconds)
    }
}
