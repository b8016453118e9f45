internal import DOEWords


/// An exchange that is over, and who made it.
struct EndedExchange {
    let exchange: ObservedExchange
    let request: ObservedRequest

    /// One whose request was not sent.
    init(_ request: ObservedRequest, _ ending: ObservedExchange.Ending) {
        self.request = request
        exchange = ObservedExchange(
            object: request.object, request: request.dwords.kept, isRequestWhole: !request.dwords.lacksSome,
            response: nil, ending: ending)
    }

    /// One whose request was sent, with so much of the response as was taken.
    init(_ inFlight: ExchangeInFlight, showsReads: Bool, abortedBy access: ObservedAccess? = nil) {
        var request = inFlight.request
        request.end(access)
        self.request = request
        exchange = ObservedExchange(
            object: request.object, request: request.dwords.kept, isRequestWhole: !request.dwords.lacksSome,
            response: inFlight.values(showsReads: showsReads), ending: access == nil ? inFlight.ending : .aborted)
    }

    /// One that was aborted before it was sent.
    init(_ request: ObservedRequest, abortedBy access: ObservedAccess) {
        var request = request
        request.end(access)
        self.init(request, .aborted)
    }
}

extension ObservedRequest {
    /// Who aborts comes first.
    fileprivate mutating func end(_ access: ObservedAccess?) {
        guard let access else { return }
        note(access)
        lead(access)
    }
}
