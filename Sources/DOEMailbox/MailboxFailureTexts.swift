internal import DOEObjects
internal import DOEWords
internal import PCIConfig

/// What each failure of an exchange is called and what to do about it, kept apart from the machine that finds it.
struct MailboxFailureTexts: Sendable {
    let mailbox: MailboxName
    let object: ObjectID

    func busy(_ status: MailboxStatus) -> ExchangeFailure {
        ExchangeFailure(
            .occupied,
            problem: "\(mailbox) was busy before the start, its status \(status): it was left alone",
            remedy: "somebody else uses it: the kernel's driver, or a program that goes past the proxy; try again")
    }

    func unaskedResponse(_ status: MailboxStatus, firstDword: UInt32) -> ExchangeFailure {
        let found = ObjectID(
            vendor: UInt16(truncatingIfNeeded: firstDword), type: UInt8(truncatingIfNeeded: firstDword >> 16))
        return ExchangeFailure(
            .occupied,
            problem: "\(mailbox) held an unasked response before the start, first dword 0x\(firstDword.hex(digits: 8)) "
                + "(\(found)), its status \(status): it was left alone",
            remedy: "whoever asked for it has to read it; if it still stands there in 2 s, the next exchange aborts it")
    }

    func unsent(_ interruption: Interruption, after attempts: Int) -> ExchangeFailure {
        ExchangeFailure(
            .unsent,
            problem: "\(object) could not be written to \(mailbox) in one go, attempt \(attempts) of "
                + "\(MailboxTiming.sendAttempts): \(interruption.words); aborted, no GO",
            remedy: "see the kernel log for resets of the function; a machine that is far too busy, or a function "
                + "whose config space is very slow, can look like one")
    }

    func outOfTurn(_ state: String) -> ExchangeFailure {
        ExchangeFailure(
            .forgotten, problem: "\(mailbox) was told in the state \(state) what it had not asked for: it was stopped",
            remedy: "this is an error in doe-audit: report it")
    }

    func errorStays() -> ExchangeFailure {
        ExchangeFailure(
            .occupied, problem: "\(mailbox) had its error bit set before the start, and an abort did not clear it",
            remedy: "reset the device")
    }

    func disturbed(_ status: MailboxStatus) -> ExchangeFailure {
        ExchangeFailure(
            .occupied,
            problem:
                "somebody else used \(mailbox) while the request was written, its status \(status): aborted, no GO",
            remedy: "find what else uses the mailbox (the kernel's driver, setpci, a vendor's tool), and try again")
    }

    /// What else was found is most likely what the other one's write has made of the exchange. `isAsked`: GO was
    /// written.
    func collided(
        with write: ForeignWrite, isAsked: Bool, instead other: ExchangeFailure?
    ) -> ExchangeFailure {
        let end = isAsked ? "aborted, and no response of it is trusted" : "aborted, no GO"
        let found = other.map { "; it looked like: \($0.problem)" } ?? ""
        return ExchangeFailure(
            .collided,
            problem: "\(write.who.printable) wrote to \(mailbox) at 0x\(write.offset.hex(digits: 3)) while \(object) "
                + "was under way: \(end)\(found)",
            remedy: "find out what \(write.who.printable) does with the mailbox: it has a record of its own")
    }

    func error(_ status: MailboxStatus, _ moment: String) -> ExchangeFailure {
        ExchangeFailure(
            .deviceError, problem: "\(mailbox) reported an error \(moment) of \(object), its status \(status)",
            remedy: "the device does not take this request: check it against the device's manual")
    }

    func timeout(_ status: MailboxStatus) -> ExchangeFailure {
        ExchangeFailure(
            .timeout,
            problem: "\(mailbox) did not answer \(object) within 1 s, its status \(status)",
            remedy: "devices drop what they do not know, or do not want like that: see `doe-audit discover \(mailbox)`")
    }

    func slowTransfer(_ what: String) -> ExchangeFailure {
        ExchangeFailure(
            .timeout, problem: "\(mailbox) took too long over the dwords of the \(what) of \(object): aborted",
            remedy: "each access to its config space is slow: see the kernel log for errors of its link")
    }

    func leftBehind() -> ExchangeFailure {
        ExchangeFailure(
            .occupied,
            problem: "\(mailbox) may hold part of an earlier exchange, and an abort did not clear it: nothing was sent",
            remedy: "reset the device")
    }

    func malformed(_ problem: String) -> ExchangeFailure {
        ExchangeFailure(
            .malformedResponse, problem: "\(mailbox) gave \(problem)",
            remedy: "report it to the device's maker; if it comes and goes, somebody else uses the mailbox too")
    }

    func gone() -> ExchangeFailure {
        ExchangeFailure(
            .gone, problem: "the function behind \(mailbox) reads as all ones: it has gone",
            remedy: "see whether lspci still shows it")
    }

    /// An access that failed for any other reason than the function itself was the kernel's to make, and it did not.
    func accessFailed(_ error: ConfigSpaceError) -> ExchangeFailure {
        let status: ExchangeFailure.Status =
            switch error.reason {
            case .gone: .gone
            case .unavailable: .unavailable
            case .refused, .short, .failed, .mailboxless: .refusedByKernel
            }
        return ExchangeFailure(status, problem: "\(mailbox): \(error.problem)", remedy: error.remedy)
    }

}

// What no machine finds: the request never came as far.
extension ExchangeFailure {
    static func wrongPermit(_ whose: String, at mailbox: MailboxName) -> Self {
        Self(
            .unavailable, problem: "\(mailbox) was handed a permit \(whose): it was not touched",
            remedy: "this is an error in doe-audit: report it")
    }

    static func cannotCarry(_ request: OutOfBandRequest, to mailbox: MailboxName) -> Self {
        Self(
            .unsupported,
            problem: "\(mailbox) has registers alone, and \(request.name) is for SPDM emulators: it was not touched",
            remedy: "send it to a mailbox behind an SPDM socket")
    }
}
