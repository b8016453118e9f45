internal import DOELinux
internal import DOERecord

/// What a slot holds, from its two halves.
extension Ring {
    private enum Half {
        case absent
        case whole(ticket: UInt64, content: [UInt8])
        case damaged
    }

    func read(slot: Int, into content: inout RingContent) throws(LinuxError) {
        let start = RingLayout.offset(ofSlot: slot)
        let headers = try file.read(RingLayout.bothHeadersSize, at: start, subject: path)
        guard headers.count == RingLayout.bothHeadersSize else {
            // Everything behind the cut is one fact.
            if content.slots.last != .cutOff {
                content.lost.append("slot \(slot) and all behind it: the file is cut off")
            }
            content.slots.append(.cutOff)
            return
        }
        let opening = try opening(
            headers.prefix(RingLayout.halfHeaderSize), contentAt: start + RingLayout.openingBytes)
        let closing = try half(
            .closing, headers.suffix(RingLayout.halfHeaderSize), contentAt: start + RingLayout.closingBytes)
        switch (opening, closing) {
        case (.absent, .absent): content.slots.append(.free)
        case (.whole(let ticket, _), .whole(let other, let bytes)) where ticket == other:
            content.slots.append(.closed(bytes, ticket: ticket))
        case (.whole(let ticket, let bytes), let closing):
            // A closing half with another ticket is of the record before, which was confirmed.
            content.slots.append(.open(bytes, ticket: ticket))
            if case .damaged = closing {
                content.isNumberingCertain = false
                content.repaired.append("slot \(slot): the closing half was damaged")
            }
        case (let opening, .whole(let ticket, let bytes)):
            content.slots.append(.closed(bytes, ticket: ticket))
            if case .damaged = opening { content.repaired.append("slot \(slot): the opening half was damaged") }
        default:
            content.slots.append(.lost)
            content.lost.append("slot \(slot): the record in it is damaged")
        }
    }

    /// A record, or an exchange whose record is made of it here.
    private func opening(_ header: ArraySlice<UInt8>, contentAt offset: Int) throws(LinuxError) -> Half {
        guard HalfHeader.parse(header, .exchange) != nil else {
            return try half(.opening, header, contentAt: offset)
        }
        guard case .whole(let ticket, let content) = try half(.exchange, header, contentAt: offset),
            let record = ExchangeOpening.record(of: content)
        else { return .damaged }
        return .whole(ticket: ticket, content: record.encoded)
    }

    private func half(
        _ half: SlotHalf, _ header: ArraySlice<UInt8>, contentAt offset: Int
    ) throws(LinuxError) -> Half {
        if header.allSatisfy({ $0 == 0 }) { return .absent }
        guard let (ticket, length) = HalfHeader.parse(header, half) else { return .damaged }
        let content = try file.read(length, at: offset, subject: path)
        guard content.count == length, HalfHeader.isSealed(header, over: content) else { return .damaged }
        return .whole(ticket: ticket, content: HalfHeader.tally(header).noted(in: content))
    }
}

extension Tally {
    /// A record as it was opened, with what it has counted since.
    fileprivate func noted(in content: [UInt8]) -> [UInt8] {
        guard count > 0, var record = try? Record(encoded: content) else { return content }
        record[.count] = String(count)
        record[.last] = String(last)
        return record.encoded
    }
}
