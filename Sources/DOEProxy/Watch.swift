internal import DOELinux

/// A descriptor of somebody else's that the loop watches along.
final class Watch: Endpoint {
    let descriptor: Descriptor
    private let body: () -> Void

    init(descriptor: Descriptor, body: @escaping () -> Void) {
        self.descriptor = descriptor
        self.body = body
    }

    func handle(_ what: EventPoll.Interest) -> Bool {
        body()
        return true
    }
}
