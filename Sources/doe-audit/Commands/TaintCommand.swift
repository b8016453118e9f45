internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct TaintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taint", abstract: "What has happened to each mailbox, its function and the host.",
        discussion: "With --check the exit status is 1 where there is any taint since boot.")

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
        if check && !answer.sinceBoot.isEmpty { throw DoneAs.no }
    }

    private func print(_ answer: TaintEntry.Answer) {
        guard !answer.sinceBoot.isEmpty || !answer.unacknowledged.isEmpty else {
            return Terminal.say("no taint: nothing outside the kernel's expectations has passed or been tried")
        }
        var table = Table("SCOPE", "SUBJECT", "SINCE BOOT", "UNACKNOWLEDGED")
        for entry in answer.taints {
            table.add(
                entry.scope, Terminal.safe(entry.subject), entry.sinceBoot.isEmpty ? "-" : entry.sinceBoot,
                entry.unacknowledged.isEmpty ? "-" : entry.unacknowledged)
        }
        Terminal.say(table.text)
        Terminal.say("")
        let letters = TaintLetters(answer.sinceBoot)?.union(TaintLetters(answer.unacknowledged) ?? []) ?? []
        for (character, meaning) in letters.meanings { Terminal.say("\(character)  \(meaning)") }
        if let hint = letters.witnessHint { Terminal.say("\n\(hint)") }
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
