internal import DOELinux
internal import Glibc
internal import Synchronization

/// The other end of an SPDM socket, an emulator or a paravirtual device, as a mailbox talks to it: one question at a
/// time, connected when there is one, and connected anew after the peer has gone.
///
/// It says no hello, since those who wait for one (emulators' requesters) are never at this end, and never sends
/// shutdown, which would stop the peer for everybody. A connection that it does not use any more ends in order: the
/// peer may be at its answer still, and lives on.
package final class SPDMPeer: Sendable {
    /// Where the peer listens.
    package let address: SPDMSocketAddress
    private let connectTime: UInt32
    private let answerTime: UInt32
    private let connection = Mutex(Connection())

    private struct Connection: ~Copyable {
        var client: SPDMSocketClient?
        /// Until when an answer on a connection that is not used any more is waited for, monotonic, microseconds.
        var patience: UInt64?
    }

    /// How many times its own time a late answer is waited for, from the request's end on. A peer that lies still for
    /// so long has gone, as far as anybody can tell from here.
    static let lateFactor: UInt64 = 10
    /// For how long `takeLeave` waits, microseconds.
    static let leaveTime: UInt64 = 1_000_000

    /// A peer that is not connected yet. An answer has the second that a DOE device has (PCIe r6.0 6.30.2) unless
    /// somebody says otherwise, and connecting another one.
    package init(
        at address: SPDMSocketAddress, connectMilliseconds: UInt32 = 1_000, answerMilliseconds: UInt32 = 1_000
    ) {
        self.address = address
        connectTime = connectMilliseconds
        answerTime = answerMilliseconds
    }

    /// No question takes longer, microseconds: it waits for a late answer, connects, sends, and waits for its own.
    package var longestQuestion: UInt64 { answerMicroseconds * 3 + UInt64(connectTime) * 1_000 }

    private var answerMicroseconds: UInt64 { UInt64(answerTime) * 1_000 }

    /// Sends a frame and waits for the next one, whatever its command.
    ///
    /// A connection on which something came since the last answer is not used again: the peer has gone, or what came
    /// is not to be taken for the answer. Nor is one on which a question failed; where its answer is late, that is
    /// read away first. Nothing is sent twice: what the peer did with a question that it did not answer is not known.
    package func ask(_ frame: SPDMFrame) throws(SPDMSocketError) -> SPDMFrame {
        try connection.withLock { connection throws(SPDMSocketError) in
            var client = try readyClient(of: &connection)
            do throws(SPDMSocketError) {
                try client.send(frame)
                let answer = try client.receive()
                connection.client = consume client
                return answer
            } catch {
                leave(consume client, in: &connection)
                throw error
            }
        }
    }

    /// Uses the connection no more: what the peer says on it makes no sense.
    package func disconnect() {
        connection.withLock { connection in
            guard let client = connection.client.take() else { return }
            leave(client, in: &connection)
        }
    }

    /// Ends the connection in order, and waits a second at most for the peer to have heard it.
    package func takeLeave() {
        connection.withLock { connection in
            guard var client = connection.client.take() else { return }
            _ = client.part(until: Clocks.monotonicMicroseconds + Self.leaveTime)
        }
    }

    /// Says that the connection is not used any more, and waits for nothing: the peer finds it after its answer.
    private func leave(_ client: consuming SPDMSocketClient, in connection: inout Connection) {
        var client = client
        guard !client.part(until: 0) else { return }
        connection.client = consume client
        connection.patience = Clocks.monotonicMicroseconds + Self.lateFactor * answerMicroseconds
    }

    private func readyClient(of connection: inout Connection) throws(SPDMSocketError) -> SPDMSocketClient {
        guard var client = connection.client.take() else { return try connect() }
        if connection.patience == nil, client.isIdle { return client }
        let now = Clocks.monotonicMicroseconds
        let patience = connection.patience ?? now
        connection.patience = nil
        if !client.part(until: now + answerMicroseconds), client.isAnswerDue, patience > now {
            connection.client = consume client
            connection.patience = patience
            throw SPDMSocketError(
                .busy, problem: "\(address) is still at an earlier request: this one was not sent",
                remedy: "see what keeps it, or give it more time (peer-timeout)")
        }
        return try connect()
    }

    private func connect() throws(SPDMSocketError) -> SPDMSocketClient {
        let client = try SPDMSocketClient(
            connectingTo: address, withinMilliseconds: connectTime, timeoutMilliseconds: answerTime)
        // It would ask itself, as the user that it runs as.
        guard client.listener != getpid() else {
            throw SPDMSocketError(
                .cannotConnect, problem: "\(address) is a socket of this very process: it would be its own client",
                remedy: "name the socket of what stands behind the mailbox")
        }
        return client
    }
}
