internal import DOEControl
internal import DOEWords

/// The daemon gave no response: it refused, or the mailbox failed.
struct NoResponse: ExplainedError {
    let notice: ExchangeNotice

    var isRefused: Bool { notice.status == "refused" }

    /// Whether the device may well answer something else: the policy refused this, or a peer behind a socket does not
    /// know it. What the daemon refuses by its copies rests since the device did not answer.
    var saysNothingOfTheDevice: Bool { isRefused && notice.rule != "copy" || notice.status == "refused-by-peer" }

    var problem: String {
        let object = notice.object.map { " (\($0))" } ?? ""
        return "\(isRefused ? "refused" : "no response"): \(notice.name)\(object) on \(notice.mailbox)"
    }

    /// Why, and where to read on.
    var remedy: String? {
        guard let number = notice.sequence else {
            return "\(notice.reason)\nno record could be kept, rule \(notice.rule)"
        }
        return
            "\(notice.reason)\nrecord \(number), rule \(notice.rule); for more: doe-audit policy explain --seq \(number)"
    }
}
