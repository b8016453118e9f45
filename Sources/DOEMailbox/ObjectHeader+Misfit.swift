internal import DOEObjects
internal import DOEWords

extension ObjectHeader {
    /// Why an object with this header is no answer to a request with that one; `nil` where it may be one.
    func misfit(to request: ObjectHeader) -> String? {
        guard object == request.object else { return "a response of \(object) to a request of \(request.object)" }
        guard object.hasConnection, connection != request.connection else { return nil }
        return "a response of \(object) for connection \(connection) to a request of connection \(request.connection)"
    }
}
