public import DOEWords

/// What becomes of what the policy refuses, and who has said so.
///
/// Whoever writes the kernel's command line decides over whoever writes files, in both directions: a lab boots a machine
/// as permissive without touching its image, and a host that was booted with `doe_audit.enforce=yes` cannot be loosened
/// by a drop-in. What stands there and is not understood counts as `yes`.
public struct EnforcementInForce: Hashable, Sendable {
    /// What is in force.
    public let enforcement: Enforcement
    /// Who has said so, for people: `permissive in /etc/doe-audit/doe-auditd.toml:3`.
    public let reason: String
    /// Why the key `permissive` does not count, where it is set and does not; a sentence without a full stop.
    public let complaint: String?
}

extension Configuration {
    /// What is in force with these switches on the kernel's command line.
    public func enforcement(under switches: KernelSwitches) -> EnforcementInForce {
        let key = ConfigurationKeys().permissive.definition.name
        let source = settings.first { $0.definition.name == key }?.source ?? .standard
        let wanted: Enforcement = self.permissive ? .permissive : .enforcing
        func decided(_ enforcement: Enforcement, by reason: String) -> EnforcementInForce {
            let isOverruled = source != .standard && enforcement != wanted
            return EnforcementInForce(
                enforcement: enforcement, reason: reason,
                complaint: isOverruled ? "\(source.subject(key)) does not count: \(reason) decides" : nil)
        }
        if switches.isEnforceGiven {
            return decided(
                switches.enforce == .permissive ? .permissive : .enforcing,
                by: "\(KernelSwitches.enforceName)=\(switches.enforce.rawValue) on the \(KernelSwitches.sourceName)")
        }
        if switches.isEnforceUnclear {
            return decided(.enforcing, by: "what is not understood on the \(KernelSwitches.sourceName)")
        }
        return decided(wanted, by: source == .standard ? "the default" : source.subject(key))
    }
}
