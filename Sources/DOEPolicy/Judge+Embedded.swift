internal import DOEObjects
internal import DOEWords

extension Judge {
    /// What a request must not carry.
    struct Hidden {
        /// Why it is refused, one sentence without a full stop.
        var why: String
        /// What its refusal raises: C where it is an attempt at compliance.
        var attempted: TaintLetters = []
        /// The keys of what is not known of it and would be needed to decide.
        var lacking: UInt32 = 0
    }

    /// Why an object must not be sent with what its later dwords read as; `nil` where nothing is wrong with it.
    ///
    /// A mailbox that lost what it had been given takes the rest of an object for an object of its own. So the rest
    /// is judged as one, for the same client, mailbox and mode. What may not be sent by itself, in permissive mode
    /// what the policy refuses too, may not be sent inside of something else. Beyond that:
    /// - SPDM hides in SPDM alone: else it would come to the device past its owner, and past the kernel's TSM.
    /// - Discovery and the CDAT of who is answered from a copy, as the proxy's clients are, hide nowhere: they would ask the
    ///   device.
    /// - What would raise letters that this request does not raise is refused: the mailbox would not show what it
    ///   did.
    ///
    /// A request whose exact length is published is left out: each of its few dwords means what is published, and
    /// what Discovery of index 2 reads as from its length on is an object of vendor 0003 without payload. Nor is its
    /// own length a header where nobody can have such an object (`isNobodys`).
    func refusal(of headers: EmbeddedHeaders, in inquiry: Inquiry, tainting letters: TaintLetters) -> Hidden? {
        guard let first = headers.others.first, let request = inquiry.request,
            request.publishedLength == nil
        else { return nil }
        if headers.isCrowded {
            return Hidden(
                why: "more than \(EmbeddedHeaders.kept) dwords of the request, from dword \(first) on, read as headers "
                    + "of objects, which a desynchronised mailbox could execute")
        }
        for index in headers.others {
            guard let tail = request.tail(from: index), index > 1 || !inquiry.mailbox.isNobodys(tail.object),
                var hidden = refusal(of: tail, in: inquiry, tainting: letters)
            else { continue }
            if index == 1, inquiry.mailbox.device == .unknown, tail.object.isOfFewVendors {
                hidden.lacking |= RuleKey.device.bit
            }
            hidden.why =
                "dword \(index) of the request reads as a header of \(tail.object), which a desynchronised mailbox "
                + "could execute, and \(hidden.why)"
            return hidden
        }
        return nil
    }

    private func refusal(of tail: DataObject, in inquiry: Inquiry, tainting letters: TaintLetters) -> Hidden? {
        var asked = inquiry
        asked.object = tail.object
        asked.request = tail
        let decided = decideStrictly(asked, isTail: true)
        let decision = decided.decision
        guard decision.verdict == .allow || decision.verdict == .warn else {
            return Hidden(
                why: "by itself that is refused: \(decision.sentence)", attempted: decision.taint,
                lacking: decided.lacking)
        }
        if tail.object.isSPDM, !inquiry.judgedObject.isSPDM {
            return Hidden(why: "SPDM, which has one owner a mailbox, is sent in objects of its own alone")
        }
        if inquiry.road == .proxy, tail.object.isReadByTheKernelToo, !decision.asksDevice {
            return Hidden(why: "by itself that is answered from a copy: no rule lets this client ask the device")
        }
        let more = decision.taint.subtracting(letters)
        return more.isEmpty ? nil : Hidden(why: "that would raise the taint \(more), and this request does not")
    }
}

extension MailboxIdentity {
    /// Whether an object of such a vendor is none that this device knows. Dword 1 is a request's own length, so of
    /// most requests it reads as a vendor below 0100, and a counter behind it once as the length that is left. Of
    /// those vendors only PCI-SIG (0001) has DOE objects that others implement; another's would be known to his own
    /// device alone.
    fileprivate func isNobodys(_ object: ObjectID) -> Bool {
        guard object.isOfFewVendors, case .known(let device) = device else { return false }
        return device.vendor != object.vendor
    }
}

extension ObjectID {
    /// Whether it is of a vendor below 0100, other than PCI-SIG.
    fileprivate var isOfFewVendors: Bool { vendor < 0x0100 && vendor != 0x0001 }
}
