internal import DOEAssembly
internal import DOEWords

extension AssembledObservation {
    /// With whose it was. Of several threads the one that wrote GO is named.
    func observation(
        by book: ProcessBook, _ commands: ThreadCommands, _ passed: inout PassedThrough
    ) -> Observation {
        let time = named / 1000
        let client = road == .kernel ? Client.kernel : threads.first.map { book.client(of: $0, at: time) } ?? Client()
        // Where the program is known nobody needs what it calls itself.
        let command = client.exe == .unknown ? threads.first.flatMap { commands.command(of: $0) } : nil
        let (road, guest) = passed.road(of: self, by: client)
        return Observation(
            what, road: road, client: client, command: command, guest: guest, began: began / 1000,
            ended: occupied / 1000)
    }

    /// Whether more of whose it was can be known in a moment.
    func awaitsPlace(in book: ProcessBook) -> Bool {
        guard road != .kernel, let thread = threads.first else { return false }
        return book.awaitsPlace(of: thread, at: named / 1000)
    }
}
