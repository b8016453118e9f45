internal import DOEWords

// An exchange that is over, as it is told.
extension AssembledObservation {
    /// One whose request was not sent.
    init(unsent request: ObservedRequest, at mailbox: MailboxName) {
        self.init(request, response: nil, .unfinished, at: mailbox)
    }

    /// One that was aborted before it was sent.
    init(unsent request: ObservedRequest, abortedBy access: ObservedAccess, at mailbox: MailboxName) {
        self.init(request.ended(by: access), response: nil, .aborted, at: mailbox)
    }

    /// One whose request was sent, with so much of the response as was taken.
    init(
        _ inFlight: ExchangeInFlight, showsReads: Bool, abortedBy access: ObservedAccess? = nil,
        at mailbox: MailboxName
    ) {
        self.init(
            access.map { inFlight.request.ended(by: $0) } ?? inFlight.request,
            response: inFlight.values(showsReads: showsReads), access == nil ? inFlight.ending : .aborted, at: mailbox)
    }

    private init(
        _ request: ObservedRequest, response: [UInt32]?, _ ending: ObservedExchange.Ending, at mailbox: MailboxName
    ) {
        let exchange = ObservedExchange(
            object: request.object, request: request.dwords.kept, isRequestWhole: !request.dwords.lacksSome,
            response: response, ending: ending)
        self.init(
            .exchange(exchange, at: mailbox), road: request.way.road, way: request.way, threads: request.threads,
            named: request.named, began: request.began, ended: request.ended)
    }
}

extension ObservedRequest {
    /// With the access that ended it. Who aborts comes first.
    fileprivate func ended(by access: ObservedAccess) -> ObservedRequest {
        var request = self
        request.note(access)
        request.lead(access)
        return request
    }
}
