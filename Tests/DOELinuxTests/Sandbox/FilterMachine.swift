@testable import DOELinux

/// The kernel's machine for filters, as far as our programs use it: what a program answers to a call.
struct FilterMachine {
    struct Call {
        var architecture: UInt32
        var number: UInt32
        var arguments: [UInt64] = []

        /// struct seccomp_data, on a machine that has the lower half of a number first.
        fileprivate func word(at place: UInt32) -> UInt32? {
            switch place {
            case 0: return number
            case 4: return architecture
            case 16..<64 where place % 4 == 0:
                let argument = Int(place - 16) / 8
                let value = argument < arguments.count ? arguments[argument] : 0
                return UInt32(truncatingIfNeeded: place % 8 == 0 ? value : value >> 32)
            default: return nil
            }
        }
    }

    /// `nil` where the kernel would not have taken the program: a jump behind its end, an end without an answer.
    static func answer(of program: [FilterInstruction], to call: Call) -> UInt32? {
        var register: UInt32 = 0
        var place = 0
        while place < program.count {
            let instruction = program[place]
            place += 1
            func branch(_ holds: Bool) { place += Int(holds ? instruction.ifTrue : instruction.ifFalse) }
            switch instruction.code {
            case 0x20:
                guard let word = call.word(at: instruction.value) else { return nil }
                register = word
            case 0x54: register &= instruction.value
            case 0x05: place += Int(instruction.value)
            case 0x15: branch(register == instruction.value)
            case 0x25: branch(register > instruction.value)
            case 0x35: branch(register >= instruction.value)
            case 0x45: branch(register & instruction.value != 0)
            case 0x06: return instruction.value
            default: return nil
            }
        }
        return nil
    }
}
