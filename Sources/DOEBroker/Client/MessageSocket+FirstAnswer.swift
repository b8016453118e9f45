package import DOELinux
internal import DOEWords

extension MessageSocket {
    /// Longer than a program takes to start on a busy host, milliseconds.
    private static let firstLimit: Int32 = 10_000

    /// Waits for a broker's first answer, so that one which never gives any, or is of another version than this program,
    /// is told of before anybody depends on it. Needs no thread: this process may still have rights to give up.
    package func demandFirstAnswer(withinMilliseconds limit: Int32 = firstLimit) throws(BrokerSilence) {
        let request = BrokerRequest.version
        let message: ReceivedMessage?
        do throws(LinuxError) {
            let poll = try EventPoll()
            try poll.add(descriptor, .readable, token: 0)
            try send(request.bytes(number: 0))
            message = try poll.wait(milliseconds: limit).isEmpty ? nil : receive(upTo: BrokerWire.longestAnswer)
        } catch {
            throw error.isShortage ? .unsent(error) : .gone
        }
        guard let message else { throw isOver ? .gone : .late }
        guard BrokerAnswer.number(of: message.bytes) == 0,
            case .version(let version)? = BrokerAnswer.read(message.bytes, to: request.kind, with: message.descriptors)
        else { throw .unreadable }
        // One that went on over an upgrade of the daemon runs the code from before, whatever its messages look like.
        guard version == ProductVersion.current else { throw .ofOtherVersion(version) }
    }
}
