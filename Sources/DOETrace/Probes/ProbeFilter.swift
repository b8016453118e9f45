/// What the kernel is to tell of a probe's events; the rest it drops before it gets to us.
enum ProbeFilter: Hashable, Sendable {
    /// Nothing at all: nobody is watched.
    case nothing
    /// Everything.
    case everything
    /// What the expression is true of.
    case matching(String)
    /// The same, of registers at any function, since the expression with the functions' names would be too long: events
    /// of other functions come as well, and writes beside the mailboxes' registers are not told of.
    case anyFunction(String)

    /// The expression, as the file `filter` takes it and shows it; `none` where there is none.
    var text: String {
        switch self {
        case .nothing, .everything: "none"
        case .matching(let text), .anyFunction(let text): text
        }
    }
}
