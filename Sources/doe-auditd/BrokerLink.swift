internal import DOEBroker
internal import DOEConfiguration
internal import DOELinux

/// The connection to the broker as it is made at the start: while this process has its rights, and before its first thread.
struct BrokerLink {
    let socket: MessageSocket
    /// The broker, where this process has started it.
    let program: ChildProgram?

    private static let name = "doe-audit-broker"

    /// To the one that listens, or to one that is started where this process is root, once it answers; `nil` where neither
    /// is to be: an ordinary user opens for itself.
    init?(_ options: Configuration) throws {
        if let path = options.brokerSocket {
            socket = try MessageSocket(
                connectingTo: path, remedy: "see whether it runs: systemctl status doe-audit-broker.socket")
            program = nil
        } else if AccountDatabase.effectiveUserID == 0 {
            let (ours, its) = try MessageSocket.pair()
            program = try ChildProgram(
                path: ChildProgram.besideOwn(Self.name),
                arguments: ["--sysfs-root", options.sysfsRoot] + (options.kernelTaint ? ["--kernel-taint"] : []),
                passing: its.descriptor)
            socket = ours
        } else {
            return nil
        }
        do {
            try socket.demandFirstAnswer()
        } catch {
            // A program that does nothing else is not to be left over, and whoever becomes another user cannot end it.
            program?.kill()
            throw error
        }
    }
}
