internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct TaintShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What has happened to each mailbox, its function and the host.",
        discussion: "With --check the exit status is 1 where there is any taint that nobody has acknowledged.")

    @OptionGroup var control: ControlOptions

    @Flag(help: "Answer with the exit status.")
    var check = false

    func run() throws {
        let answer = try control.client.taint()
        if control.json {
            try Terminal.say(json: answer)
        } else {
            print(answer)
        }
        if check && !answer.unacknowledged.isEmpty { throw DoneAs.no }
    }

    private func print(_ answer: TaintEntry.Answer) {
        for sentence in answer.ledger { Terminal.say(Terminal.alarming("! ") + Terminal.safe(sentence)) }
        if !answer.ledger.isEmpty { Terminal.say("") }
        guard !answer.sinceBoot.isEmpty || !answer.unacknowledged.isEmpty else {
            return Terminal.say(
                answer.ledger.isEmpty
                    ? "no taint: nothing outside the kernel's expectations has passed or been tried"
                    : "no taint is known")
        }
        var table = Table("SCOPE", "SUBJECT", "SINCE BOOT", "UNACKNOWLEDGED")
        for entry in answer.taints {
            table.add(
                entry.scope, Terminal.safe(entry.subject), entry.sinceBoot.isEmpty ? "-" : entry.sinceBoot,
                entry.unacknowledged.isEmpty ? "-" : entry.unacknowledged)
        }
        Terminal.say(table.text)
        Terminal.say("")
        // A daemon that is newer than this program may have letters of its own.
        let unacknowledged = TaintLetters(anyVersion: answer.unacknowledged) ?? []
        let letters = unacknowledged.union(TaintLetters(anyVersion: answer.sinceBoot) ?? [])
        for (character, meaning) in letters.meanings { Terminal.say("\(character)  \(meaning)") }
        if let hint = unacknowledged.witnessHint { Terminal.say("\n\(hint)") }
        if !unacknowledged.isEmpty {
            Terminal.say("\nonce it was looked into: doe-audit taint acknowledge [SUBJECT] --reason TEXT")
        }
    }
}

extension TaintLetters {
    /// What to do about the letters that only the witness raises; `nil` without any.
    fileprivate var witnessHint: String? {
        let seen = intersection([.bypass, .configWrite, .kernelUnexpected])
        let lines = [
            seen.isEmpty ? nil : "\(seen): who it was, when, and how often: doe-audit report",
            contains(.witnessBlind)
                ? "N: what happened meanwhile is not known. Why, and what can be done: doe-audit doctor" : nil,
        ].compactMap(\.self)
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
