internal import DOEPolicy
internal import DOEWords

extension Passage {
    /// What the client gets.
    func reply(sequence: UInt64?) -> Reply {
        let isKeptBack = keptBack != nil
        return Reply(
            response: isKeptBack ? nil : response, outOfBandAnswer: isKeptBack ? nil : outOfBandAnswer,
            mailbox: mailbox.name, object: object, objectName: decision.objectName, objectClass: decision.objectClass,
            verdict: verdict, rule: ruleWord, reason: reason,
            status: (isKeptBack ? ExchangeStatus.withheld : status).description, taint: taint, sequence: sequence)
    }
}
