internal import DOEMonitor

extension ClientSession.Action {
    /// Whether it is a request that may wait for its token. An attempt on compliance does not: it is judged and
    /// recorded, be its client gone by then.
    var mayWait: Bool {
        switch self {
        case .submit(let bytes): !Request.exchange(bytes).isForCompliance
        case .submitOutOfBand: true
        case .send, .explain, .describe, .tooLarge, .refuse, .close: false
        }
    }
}
