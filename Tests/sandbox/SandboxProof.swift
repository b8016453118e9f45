internal import CAttempts
internal import Glibc

/// Tries, in a room, everything that a process should and should not be able to do there, each in a process of its
/// own, and prints what became of it: `EPERM<tab>mount`. Lines that begin with `lacks` say what this kernel cannot
/// restrict.
///
///     sandbox-proof ROOM DIRECTORY
///
/// It stands apart from the unit tests since a room cannot be left, and can be entered before the first thread alone.
/// Exit: 0, 2 wrong use, 3 what it needs is not there.
@main
struct SandboxProof {
    static func main() {
        guard CommandLine.arguments.count == 3, Room(rawValue: CommandLine.arguments[1]) != nil else {
            complain("usage: sandbox-proof \(Room.allCases.map(\.rawValue).joined(separator: "|")) DIRECTORY")
            exit(2)
        }
        let tree = Tree(path: CommandLine.arguments[2])
        for sentence in Room.shortcomings { print("lacks\t\(sentence)") }
        for attempt in 0..<cattempts_count() {
            guard tree.makeAnew() else {
                complain("cannot make \(tree.path): errno \(errno)")
                exit(3)
            }
            // What is printed must not be printed by the child again.
            fflush(nil)
            let answer = unsafe cattempts_try(attempt, tree.path) { SandboxProof.enter() }
            unsafe print("\(text(answer))\t\(text(cattempts_name(attempt)))")
        }
    }

    private static func text(_ name: UnsafePointer<CChar>?) -> String {
        if let name = unsafe name { unsafe String(cString: name) } else { "" }
    }

    /// In the child.
    private static func enter() -> Int32 {
        do {
            try Room(rawValue: CommandLine.arguments[1])?.enter(Tree(path: CommandLine.arguments[2]))
            return 0
        } catch {
            complain("\(error)")
            return -1
        }
    }

    private static func complain(_ text: String) {
        let bytes = Array("sandbox-proof: \(text)\n".utf8)
        _ = unsafe write(2, bytes, bytes.count)
    }
}
