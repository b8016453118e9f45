internal import DOEWords

extension ClientLimits {
    /// How many descriptors the clients at one kind of socket can make the daemon hold: those who have a place
    /// (`Places`: root, the others, and as many again who have none yet) and those who are still to be named
    /// (`ArrivalStage`). Four each at most: the connection, the process behind it, its
    /// program's file and its memory.
    public var mostDescriptors: Int {
        4 * (share(of: .root).connections + 2 * connectionsOfAll + connectionsOfAll)
    }

    /// The same of connections that are refused and are still to hear of it, at all sockets together.
    public static var mostDescriptorsOfRefused: Int { RefusedConnections.count + LingeringPlaces.count }
}
