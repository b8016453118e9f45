internal import DOEPolicy
internal import DOEWords

extension Passage {
    /// What the client gets.
    func reply(sequence: UInt64?) -> Reply {
        Reply(
            response: response, outOfBandAnswer: outOfBandAnswer, mailbox: mailbox.name, object: object,
            objectName: decision.objectName,
            objectClass: decision.objectClass, verdict: verdict, rule: ruleWord, reason: reason,
            status: status.description, taint: taint, sequence: sequence)
    }
}
