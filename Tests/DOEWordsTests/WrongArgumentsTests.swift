import DOEWords
import Testing

@Suite("Words of a command line that its parser cannot understand")
struct WrongArgumentsTests {
    @Test("are told as every error is")
    func told() {
        let error = WrongArguments(
            message: "Unknown option '--jsn'",
            whole: """
                Error: Unknown option '--jsn'
                Usage: doe-audit taint show [--json] [--check]
                  See 'doe-audit taint show --help' for more information.
                """)
        #expect(error.problem == "unknown option '--jsn'")
        #expect(error.remedy == "usage: doe-audit taint show [--json] [--check]\nsee: doe-audit taint show --help")
    }

    @Test("with the help for what is missing, and of several lines too")
    func missing() {
        let error = WrongArguments(
            message: "Missing expected argument '<mailbox>'",
            whole: """
                Error: Missing expected argument '<mailbox>'

                Help: <mailbox>  The mailbox.
                Usage: doe-audit cdat <mailbox>
                """)
        #expect(error.remedy == "help: <mailbox>  The mailbox.\nusage: doe-audit cdat <mailbox>")
        let lines = WrongArguments(message: "--x and\n--y", whole: "Error: --x and\n--y\nUsage: a\n")
        #expect((lines.problem, lines.remedy) == ("--x and\n--y", "usage: a"))
        #expect(WrongArguments(message: "A is B", whole: "Error: A is B").problem == "A is B")
        #expect(WrongArguments(message: "A is B", whole: "Error: A is B").remedy == nil)
    }
}
