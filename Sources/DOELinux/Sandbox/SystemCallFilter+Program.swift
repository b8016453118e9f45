internal import SystemPackage

/// The kernel's program of a filter.
extension SystemCallFilter {
    /// A filter that cannot be made into a program.
    enum ProgramError: Error, Hashable {
        /// A mistake in a list of ours: no machine has this call.
        case unknownCall(String)
        /// Nobody has looked at how this machine makes calls.
        case unknownMachine
    }

    /// Instructions for this machine.
    ///
    /// First of all the call has to be one of this machine's own: a program can make others too (32-bit calls, and the
    /// x32 ones of x86-64, which have bit 30), whose numbers mean something else. Then come the calls that are judged
    /// by their arguments, which change most often between two runs and which the kernel runs the program for each
    /// time. The rest are ranges of numbers; the kernel has learned at the beginning which of these it allows whatever
    /// the arguments are, and does not run the program for them (5.11 and later).
    func program() throws(ProgramError) -> [FilterInstruction] {
        if let unknown = entries.keys.map(\.name).sorted().first(where: { !SystemCall($0).isKnown }) {
            throw .unknownCall(unknown)
        }
        guard let architecture = SystemCall.architecture else { throw .unknownMachine }
        var program: [FilterInstruction] = [
            .load(FilterInstruction.architecturePlace), .equals(architecture, elseLeaveOut: 1), .leaveOut(1),
            .end(Answer.kill.code), .load(FilterInstruction.numberPlace),
            .isAtLeast(Self.foreignCalls, elseLeaveOut: 1), .end(Answer.kill.code),
            .isAtLeast(SystemCall.newestNumber + 1, elseLeaveOut: 1), .end(Answer.refuse(.noFunction).code),
        ]
        let numbered = entries.compactMap { call, entry in call.number.map { (number: $0, entry: entry) } }
            .sorted { $0.number < $1.number }
        for (number, entry) in numbered where !entry.cases.isEmpty {
            let block = entry.instructions
            program += [.equals(number, elseLeaveOut: 1), .leaveOut(1), .leaveOut(block.count)] + block
        }
        for range in ranges(of: numbered.filter { $0.entry.cases.isEmpty && $0.entry.otherwise != others }) {
            program += [
                .isAtLeast(range.numbers.lowerBound, elseLeaveOut: 2),
                .isAtMost(range.numbers.upperBound, elseLeaveOut: 1), .end(range.answer.code),
            ]
        }
        return program + [.end(others.code)]
    }

    /// Bit 30 and above: x32 on x86-64, nothing elsewhere.
    private static let foreignCalls: UInt32 = 1 << 30

    private func ranges(
        of numbered: [(number: UInt32, entry: Entry)]
    ) -> [(numbers: ClosedRange<UInt32>, answer: Answer)] {
        var ranges: [(numbers: ClosedRange<UInt32>, answer: Answer)] = []
        for (number, entry) in numbered {
            if let last = ranges.last, last.numbers.upperBound + 1 == number, last.answer == entry.otherwise {
                ranges[ranges.count - 1].numbers = last.numbers.lowerBound...number
            } else {
                ranges.append((number...number, entry.otherwise))
            }
        }
        return ranges
    }
}

extension SystemCallFilter.Entry {
    /// Every way through them ends in an answer.
    fileprivate var instructions: [FilterInstruction] {
        cases.flatMap { each -> [FilterInstruction] in
            let place = FilterInstruction.load(FilterInstruction.argumentPlace(each.condition.argument))
            let end = FilterInstruction.end(each.answer.code)
            return switch each.condition.test {
            case .isOneOf(let numbers): [place] + numbers.flatMap { [.equals($0, elseLeaveOut: 1), end] }
            case .hasAny(let flags): [place, .hasAny(flags, elseLeaveOut: 1), end]
            case .hasAll(let flags): [place, .keep(flags), .equals(flags, elseLeaveOut: 1), end]
            case .hasLowestByte(let byte): [place, .keep(0xff), .equals(UInt32(byte), elseLeaveOut: 1), end]
            }
        } + [.end(otherwise.code)]
    }
}

extension SystemCallFilter.Answer {
    /// What a program ends with (linux/seccomp.h).
    var code: UInt32 {
        switch self {
        case .allow: 0x7fff_0000
        // The error's number stands in the lower half.
        case .refuse(let errno): 0x0005_0000 | UInt32(truncatingIfNeeded: errno.rawValue) & 0xfff
        case .kill: 0x8000_0000
        }
    }
}
