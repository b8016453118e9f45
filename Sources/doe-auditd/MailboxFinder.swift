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
    let options: Configuration
    /// Who is told of each write to a function of this host; `nil` where nobody witnesses.
    let witness: (any AccessWitness)?
    /// Who opens functions.
    let access: ConfigAccess

    init(_ options: Configuration, witness: (any AccessWitness)? = nil, access: ConfigAccess = .own) {
        self.options = options
        self.witness = witness
        self.access = access
    }

    func mailboxes() throws -> [FoundMailbox] {
        let local =
            try options.simulatedPlaces?.map(simulated)
            ?? PCIHost(sysfsRoot: options.sysfsRoot).functions().flatMap(mailboxes(of:))
        let remote = options.remotePlaces.map { place in
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

    private func simulated(_ place: SimulatedPlace) -> FoundMailbox {
        switch place.function {
        case .model(let model, let copy):
            let function = SimulatedFunction.model(model, copy: copy)
            return registerMailbox(place.name, of: function, version: function.device.mailboxVersion)
        case .spdm(let address):
            let peer = peer(at: address)
            let function = SimulatedFunction.spdmFunction(peer: peer)
            return registerMailbox(place.name, of: function, version: function.device.mailboxVersion, peer: peer)
        }
    }

    private func peer(at address: SPDMSocketAddress) -> SPDMPeer {
        SPDMPeer(at: address, answerMilliseconds: options.peerMilliseconds)
    }

    /// A function that cannot be read is told of and left out: the others are to be served all the same.
    private func held(_ function: PCIFunction, forReadingAlone: Bool = false) -> HeldConfigSpace? {
        do throws(ConfigSpaceError) {
            let space = try function.hold(forReadingAlone: forReadingAlone, witness: witness, through: access)
            if let damage = space.capabilities.damage {
                DOEAuditDaemon.complain("\(function.address): \(damage); only the capabilities before it are used")
            }
            return space
        } catch {
            if error.reason != .mailboxless { DOEAuditDaemon.complain(error.description) }
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
