internal import DOELinux

/// What is counted at one kind of socket: the mailboxes', or the control socket. They have nothing in common, so that
/// no exchange keeps anybody from asking how the daemon fares. It is the server's thread's.
final class Door {
    let accounts: ClientAccounts
    var places: Places
    var stage: ArrivalStage
    /// For each TCP client that is named; there are as many a second as of others.
    var tcpNames = TokenBucket(rate: ArrivalStage.rate, burst: ArrivalStage.rate)
    var restWatch: RestWatch
    let memory: FrameMemory

    init(_ accounts: ClientAccounts) {
        self.accounts = accounts
        places = Places(accounts.limits)
        stage = ArrivalStage(accounts.limits)
        restWatch = RestWatch(accounts.limits)
        memory = FrameMemory(accounts.limits, giveBackToKernel: OwnMemory.giveBackNow)
    }
}
