internal import DOERecord
internal import DOEWords

/// Parts of sentences about a record. Values come from clients: whoever prints them makes them printable.
extension Record {
    /// Whether it is about an exchange, one that was refused included.
    var isExchange: Bool {
        switch event {
        case .exchangeAllowed, .exchangeWarned, .exchangeRefused, .complianceRefused, .malformedRequest,
            .exchangeFailed,
            .exchangeInterrupted, .exchangeObserved:
            true
        case .limitsRefused, .changeRefused, .daemonStarted, .daemonStopped, .leaseStarted, .leaseEnded, .leaseRefused,
            .spdmReleased, .taintAcknowledged, .taintOwed, .taintLost, .ledgerChanged, .modeLowered, .policyLoaded,
            .policyBroken, .recordsLost, .recordsDelayed, .configWritten, .collision, .witnessStarted, .witnessBlind,
            .witnessMissed:
            false
        }
    }

    /// Whether one record can be about many events, which it counts.
    var isFolded: Bool {
        switch event {
        case .exchangeObserved, .exchangeAllowed, .exchangeWarned, .exchangeRefused, .complianceRefused,
            .malformedRequest, .configWritten, .collision,
            .limitsRefused, .changeRefused, .witnessMissed:
            true
        default: false
        }
    }

    /// How many events it is about, 1 at least.
    var eventCount: Int {
        guard isFolded, let count = self[.count].flatMap({ UInt64($0) }) else { return 1 }
        return Int(clamping: max(count, 1))
    }

    /// The times of the first and the last event that it is about, microseconds since 1970.
    var span: [UInt64] {
        guard isFolded, self[.count] != nil else { return time.map { [$0] } ?? [] }
        return [self[.first].flatMap { UInt64($0) } ?? time, self[.last].flatMap { UInt64($0) }].compactMap(\.self)
    }

    /// The policy refused it, and it passed all the same: the daemon was permissive.
    var isUnenforced: Bool { verdict == .warn && self[.would] == Verdict.deny.rawValue }

    /// `1e98:02 CXL Table Access (CDAT)`; `nil` without an object.
    var objectText: String? {
        guard let object = self[.object] else { return nil }
        return self[.objectName].map { "\(object) \($0)" } ?? object
    }

    /// `uid 0 /usr/sbin/setpci in cron.service`; `nil` where nobody is named. Names are a client's to choose.
    var clientText: String? {
        var parts: [String] = []
        if let uid = self[.clientUID] { parts.append("uid \(uid)") }
        if let uid = self[.clientTCPUID] { parts.append(Self.tcpClient(uid)) }
        if let exe = self[.clientExe] { parts.append(exe == "unknown" ? "unknown program" : exe.asName) }
        if let unit = self[.clientUnit] { parts.append(unit == "unknown" ? "in an unknown unit" : "in \(unit.asName)") }
        if let container = self[.clientContainer] { parts.append("in container \(container.asName)") }
        if parts.isEmpty { return road == .kernel ? "the kernel" : nil }
        return parts.joined(separator: " ")
    }

    /// `1e98:00 CXL Compliance Mode at 0000:0d:00.0@190 by uid 0 /usr/sbin/setpci`
    var exchangeText: String {
        var text = objectText ?? (event == .malformedRequest ? "malformed traffic" : "an exchange")
        if let compliance = self[.compliance] { text += " (\(compliance))" }
        if let mailbox = self[.mailbox] { text += " at \(mailbox)" }
        if let client = clientText { text += " by \(client)" }
        return text
    }

    /// `writes to the config space of 0000:0d:00.0 by uid 0 /usr/sbin/setpci`
    var configWriteText: String {
        "writes to the config space of \(self[.address] ?? "a function")\(clientText.map { " by \($0)" } ?? "")"
    }

    /// `limit 'rate' at sim:cxl for uid 1000`
    var limitText: String {
        var text = "limit '\(self[.limit] ?? "unknown")'"
        if let mailbox = self[.mailbox] { text += " at \(mailbox)" }
        return "\(text) for \(userText)"
    }

    /// `a change on the control socket for uid 1000`
    var changeText: String { "a change on the control socket for \(userText)" }

    private static func tcpClient(_ uid: String) -> String {
        uid == "unknown" ? "a TCP client" : "a TCP client of uid \(uid)"
    }

    private var userText: String {
        if let uid = self[.clientTCPUID] { return Self.tcpClient(uid) }
        return self[.clientUID].map { $0 == "unknown" ? "a user without a name" : "uid \($0)" } ?? "many users"
    }

    /// The same with the one thing that matters first: did it get through?
    var complianceText: String {
        verdict == .deny ? "\(exchangeText), refused by \(self[.rule] ?? "unknown")" : "NOT REFUSED: \(exchangeText)"
    }
}
