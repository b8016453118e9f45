/// What probes wrote on one kernel while a mailbox was used: `Tests/DOEWitnessFixtures`, whose README says how it was made.
enum Fixture {
    static let root =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/DOEWitnessFixtures"

    /// The kernels there are.
    static let kernels = ["6.1", "6.12", "7.3"]
}
