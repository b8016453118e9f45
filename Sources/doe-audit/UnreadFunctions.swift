internal import DOEWords
internal import PCIConfig

/// What a scan of all functions did not look at: what it did not find may still be there.
struct UnreadFunctions: Encodable {
    /// One of them.
    struct Function: Encodable {
        let address: String
        let problem: String
    }

    private(set) var functions: [Function] = []
    /// The first that this user may not read: the others of a scan are no answer then.
    private(set) var forbidden: ConfigSpaceError?
    private var remedy: String?

    mutating func add(_ function: PCIFunction, _ error: ConfigSpaceError) {
        functions.append(Function(address: function.address.description, problem: error.problem))
        if functions.count == 1 { remedy = error.remedy }
        if forbidden == nil, [.short, .refused].contains(error.reason) { forbidden = error }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(functions)
    }

    /// A function that sleeps, is lent to a guest or is broken fails no scan: every host has some. It is told of,
    /// since "none" is not the whole truth then. Who may not read has no answer at all.
    func tell() throws {
        guard let note else { return }
        guard forbidden != nil else { return Terminal.complain(note) }
        throw note
    }

    /// How many were not looked at, and why the first was not; `nil` where all were.
    var note: UnreadNote? {
        guard let first = functions.first else { return nil }
        guard let forbidden else { return UnreadNote(count: functions.count, first: first.problem, remedy: remedy) }
        return UnreadNote(count: functions.count, first: forbidden.problem, remedy: forbidden.remedy)
    }
}

/// `2 functions were not looked at; the first: 0000:0d:00.0 is in D3hot, not in D0: it was not touched`
struct UnreadNote: ExplainedError {
    let count: Int
    let first: String
    let remedy: String?

    var problem: String {
        count == 1
            ? "1 function was not looked at: \(first)" : "\(count) functions were not looked at; the first: \(first)"
    }
}
