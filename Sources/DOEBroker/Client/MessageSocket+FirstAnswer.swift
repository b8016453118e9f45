package import DOELinux
internal import DOEWords

extension MessageSocket {
    /// Longer than a program takes to start on a busy host, milliseconds.
    private static let firstLimit: Int32 = 10_000

    /// Waits for a broker's first answer, so that one which never gives any is told of before anybody depends on it. Needs
    /// no thread: this process may still have rights to give up.
    package func demandFirstAnswer(withinMilliseconds limit: Int32 = firstLimit) throws(BrokerSilence) {
        // No look-up of a name: a directory server may be slower than the broker.
        let request = BrokerRequest.kernelFile(.symbols)
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
            BrokerAnswer.read(message.bytes, to: request.kind, with: message.descriptors) != nil
        else { throw message.lacksDescriptors ? .noDescriptorLeft : .unreadable }
    }
}
