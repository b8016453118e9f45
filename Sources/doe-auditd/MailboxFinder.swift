internal import DOEConfiguration
internal import DOELinux
internal import DOEMailbox
internal import DOEPolicy
internal import DOESimulator
internal import DOEWords
internal import PCIConfig
internal import SPDMSocket

/// Finds the mailboxes that are to be served: the host's own, or simulated ones in their place, and remote ones
/// beside them. Reads only, and connects to nobody.
struct MailboxFinder {
    /// How many of one simulated model there may be; each has a thread.
    private static let copies: ClosedRange<UInt64> = 1...64

    let options: Configuration
    /// Who is told of each write to a function of this host; `nil` where nobody witnesses.
    let witness: (any AccessWitness)?

    init(_ options: Configuration, witness: (any AccessWitness)? = nil) {
        self.options = options
        self.witness = witness
    }

    func mailboxes() throws -> [FoundMailbox] {
        let local =
            try options.simulate.map { try simulated(list: $0) }
            ?? PCIHost(sysfsRoot: options.sysfsRoot).functions().flatMap(mailboxes(of:))
        let remote = try options.remotePlaces.map { place in
            let peer = peer(at: place.address)
            return FoundMailbox(name: place.name) { RemoteMailbox(name: place.name, peer: peer, obeying: $0) }
        }
        return local + remote
    }

    /// The host's own mailboxes, which nobody serves: their functions are read, and cannot be written to.
    func watched() throws -> [WatchedMailbox] {
        guard options.simulate == nil else { return [] }
        return try PCIHost(sysfsRoot: options.sysfsRoot).functions().flatMap { function -> [WatchedMailbox] in
            guard let space = held(function, forReadingAlone: true) else { return [] }
            return space.mailboxes.map { WatchedMailbox(name: $0, space: space) }
        }
    }

    private func simulated(list: String) throws -> [FoundMailbox] {
        let words = list.split(separator: ",", omittingEmptySubsequences: false)
        var found: [FoundMailbox] = []
        for word in words {
            for mailbox in try simulated(word: String(word)) {
                // Two of one name would fight for one socket.
                guard !found.contains(where: { $0.name == mailbox.name }) else {
                    throw mistake("\(mailbox.name) is named twice")
                }
                found.append(mailbox)
            }
        }
        return found
    }

    /// `cxl`, `cxl*4` for several of that model, or `spdm=ADDRESS` for the one whose other end is somebody else.
    private func simulated(word: String) throws -> [FoundMailbox] {
        if let place = word.dropping(prefix: "spdm=") {
            guard let address = SPDMSocketAddress(place) else {
                throw mistake(
                    "'\(place.printable)' is no numeric IPv4 address with a port, and no path of a Unix socket")
            }
            if let text = try options.ownSocket(at: address) { throw mistake(text) }
            let peer = peer(at: address)
            let function = SimulatedFunction.spdmFunction(peer: peer)
            return [
                registerMailbox(.simulated("spdm"), of: function, version: function.device.mailboxVersion, peer: peer)
            ]
        }
        guard let star = word.firstIndex(of: "*") else { return [try simulated(model: word, as: word)] }
        let (model, count) = (String(word[..<star]), String(word[word.index(after: star)...]))
        guard let number = UInt64(count), Self.copies.contains(number), String(number) == count else {
            throw mistake("'\(word.printable)' asks for no number from 1 to \(Self.copies.upperBound)")
        }
        return try (1...number).map { try simulated(model: model, as: "\(model)-\($0)", copy: $0) }
    }

    private func peer(at address: SPDMSocketAddress) -> SPDMPeer {
        SPDMPeer(at: address, answerMilliseconds: options.peerMilliseconds)
    }

    private func simulated(model: String, as name: String, copy: UInt64 = 1) throws -> FoundMailbox {
        guard let function = SimulatedFunction.model(model, copy: copy) else {
            throw mistake("there is no simulated function '\(model.printable)'")
        }
        return registerMailbox(.simulated(name), of: function, version: function.device.mailboxVersion)
    }

    private func mistake(_ text: String) -> ConfigurationError {
        let models = SimulatedFunction.modelNames.joined(separator: ", ")
        return options.mistake(
            in: \.simulate, "\(text); there are, each once: \(models), several of one as MODEL*COUNT, spdm=ADDRESS:PORT"
        )
    }

    /// A function that cannot be read is told of and left out: the others are to be served all the same.
    private func held(_ function: PCIFunction, forReadingAlone: Bool = false) -> HeldConfigSpace? {
        do throws(ConfigSpaceError) {
            let space = try function.hold(forReadingAlone: forReadingAlone, witness: witness)
            if let damage = space.capabilities.damage {
                DOEAuditDaemon.complain("\(function.address): \(damage); only the capabilities before it are used")
            }
            return space
        } catch {
            DOEAuditDaemon.complain(error.description)
            return nil
        }
    }

    private func mailboxes(of function: PCIFunction) -> [FoundMailbox] {
        guard let space = held(function) else { return [] }
        return space.mailboxes.compactMap { name in
            guard case .real(_, let offset) = name else { return nil }
            return registerMailbox(name, of: space, version: space.capabilityVersion(of: name), at: offset)
        }
    }

    private func registerMailbox(
        _ name: MailboxName, of function: any HeldFunction, version: UInt8?,
        at capability: UInt16 = SimulatedFunction.mailboxOffset, peer: SPDMPeer? = nil
    ) -> FoundMailbox {
        FoundMailbox(name: name) {
            RegisterMailbox(
                name: name, function: function, capability: capability, capabilityVersion: version, obeying: $0,
                outOfBandPeer: peer)
        }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
