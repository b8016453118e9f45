internal import DOEAuditTrail
internal import DOERecord
public import DOEWords

// What kind of host this is, looked at again for each exchange in bring-up.
extension Monitor {
    /// The mode as it was last seen.
    public var mode: Mode { hostMode.inForce.mode }

    /// The mode now. Where it has gone down that is put on record first; where that cannot be, with a later look.
    func lookAtMode() -> Mode {
        let now = hostMode.look()
        guard let lowered = hostMode.takeOwed() else { return now.mode }
        var record = Record(
            .modeLowered, priority: .warning,
            message: "This host is in production from now on: \(lowered.reason)")
        record[.mode] = lowered.mode.rawValue
        do throws(TrailError) {
            try trail.write(record)
        } catch {
            hostMode.putBack()
        }
        // Shut by the mode already; ended now, and on record.
        endLeasesForMode()
        return now.mode
    }
}
