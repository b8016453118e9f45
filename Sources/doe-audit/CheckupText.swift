internal import DOEControl
internal import DOEWords

/// A checkup for a person: what is wrong first.
struct CheckupText {
    let checkup: Checkup

    var text: String {
        var lines = checkup.wrong.map { Terminal.alarming("! ") + Terminal.safe($0) }
        lines += checkup.notLearned.map { "? " + Terminal.safe($0) }
        if lines.isEmpty { lines.append("nothing is wrong") }
        lines += ["", facts]
        if !checkup.roads.isEmpty { lines += ["", roads] }
        lines += ["", doors]
        if let hint = checkup.userspaceHint { lines += ["", hint] }
        return lines.joined(separator: "\n")
    }

    private var facts: String {
        var table = Table("daemon", Terminal.safe(checkup.daemon ?? "could not be asked"))
        if let proxy = checkup.proxy { table.add("proxy", proxy ? "serves" : "off: witness only") }
        table.add("witness", witness)
        table.add("kernel", Terminal.safe(checkup.kernel))
        table.add("lockdown", Terminal.safe(checkup.lockdownWords))
        table.add("kernel log", checkup.kernelLogWords)
        table.add("kernel taint", Terminal.safe(checkup.taintWords))
        return table.text
    }

    private var witness: String {
        let since =
            checkup.sight.map { " since \(Timestamp(microseconds: UInt64(clamping: $0.since)).point)" } ?? ""
        return switch checkup.witness {
        case .sees: "sees\(since)\(checkup.sight?.unseenWords ?? "")"
        case .blind: "BLIND\(since)"
        case .off: "off: what goes past the proxy is not seen; set 'witness = \"auto\"' to change that"
        case .unknown: "could not be asked"
        }
    }

    /// Each way, why, and below it what can be done.
    private var roads: String {
        var list = FoldedList("SEEN", "WAY TO A MAILBOX")
        for road in checkup.roads { list.add(road.degree, road.way, road.reason, remedy: road.remedy) }
        return list.text
    }

    /// The same of each door, the open ones first: nobody watches who goes through.
    private var doors: String {
        var list = FoldedList("STATE", "DOOR TO WHAT COMPLIANCE MODE DOES (no mailbox: neither judged nor seen)")
        for state in [ComplianceDoor.State.open, .unknown, .closed] {
            for door in checkup.doors where door.state == state {
                list.add(state.rawValue, door.way, door.reason, remedy: door.remedy)
            }
        }
        return list.text
    }
}
