internal import DOEConfiguration
internal import DOELinux
internal import DOEMailbox
internal import DOESimulator
internal import DOEWords
internal import PCIConfig

/// Finds the mailboxes that are to be served: the host's own, or simulated ones in their place. Reads only.
struct MailboxFinder {
    let options: Configuration

    init(_ options: Configuration) { self.options = options }

    func mailboxes() throws -> [RegisterMailbox] {
        if let simulate = options.simulate { return try simulated(simulate) }
        return try PCIHost(sysfsRoot: options.sysfsRoot).functions().flatMap(mailboxes(of:))
    }

    private func simulated(_ list: String) throws -> [RegisterMailbox] {
        let words = list.split(separator: ",", omittingEmptySubsequences: false)
        return try words.enumerated().map { index, word in
            // Two of one name would fight for one socket.
            guard !words[..<index].contains(word) else { throw mistake("'\(String(word).printable)' is named twice") }
            guard let function = SimulatedFunction.model(String(word)) else {
                throw mistake("there is no simulated function '\(String(word).printable)'")
            }
            return RegisterMailbox(
                name: .simulated(String(word)), function: function, capability: SimulatedFunction.mailboxOffset)
        }
    }

    private func mistake(_ text: String) -> ConfigurationError {
        let models = SimulatedFunction.modelNames.joined(separator: ", ")
        return options.mistake(in: \.simulate, "\(text); there are, each once: \(models)")
    }

    /// A function that cannot be read is told of and left out: the others are to be served all the same.
    private func mailboxes(of function: PCIFunction) -> [RegisterMailbox] {
        do {
            let space = try function.hold()
            if let damage = space.capabilities.damage {
                DOEAuditDaemon.complain("\(function.address): \(damage); only the capabilities before it are used")
            }
            return space.mailboxes.compactMap { name in
                guard case .real(_, let offset) = name else { return nil }
                return RegisterMailbox(name: name, function: space, capability: offset)
            }
        } catch {
            DOEAuditDaemon.complain(error.description)
            return []
        }
    }
}
