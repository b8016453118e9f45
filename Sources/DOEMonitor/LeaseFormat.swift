internal import DOEWords

/// The text in which leases outlive the daemon, version 1. One line a lease, the last line a digest over everything above:
/// ```
/// doe-audit-leases 1
/// boot 5ad1…
/// lease ID MAILBOX DEVICE SERIAL START-BOOT START-WALL END-BOOT END-WALL uid 1000 the reason, to the end of the line
/// sha256 …
/// ```
enum LeaseFormat {
    private static let firstLine = "doe-audit-leases 1"

    /// What is wrong with a file, a part of a sentence.
    struct Fault: Error, Hashable {
        let text: String
    }

    static func text(of leases: [Lease], boot: String) -> [UInt8] {
        let lines = leases.map(line).sorted()
        let body = ([firstLine, "boot \(boot)"] + lines).map { $0 + "\n" }.joined()
        return Array("\(body)sha256 \(SHA256Digest(of: body.utf8))\n".utf8)
    }

    static func parse(_ bytes: [UInt8]) throws(Fault) -> (boot: String, leases: [Lease]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(text: "it is not UTF-8") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.removeLast().isEmpty else { throw Fault(text: "it is cut off") }
        guard lines[0] == firstLine else {
            throw Fault(text: "line 1 is not '\(firstLine)': it holds no leases, or is of another version")
        }
        let digest = lines.removeLast()
        guard digest == "sha256 \(SHA256Digest(of: text.utf8.dropLast(digest.utf8.count + 1)))" else {
            throw Fault(text: "its digest does not fit its lines")
        }
        guard lines[1].hasPrefix("boot ") else { throw Fault(text: "line 2 does not name the boot") }
        var leases: [Lease] = []
        for (index, line) in lines.enumerated().dropFirst(2) {
            guard let lease = lease(line), !leases.contains(where: { $0.mailbox == lease.mailbox }) else {
                throw Fault(text: "line \(index + 1) is not understood")
            }
            leases.append(lease)
        }
        return (String(lines[1].dropFirst(5)), leases)
    }

    private static func line(_ lease: Lease) -> String {
        let serial = lease.serialNumber.map { $0.hex(digits: 16) }
        let times = [lease.start.sinceBoot, lease.start.wallClock, lease.end.sinceBoot, lease.end.wallClock]
        let words = ["lease", lease.id, "\(lease.mailbox)", "\(lease.device)", "\(serial)"] + times.map(String.init)
        return (words + ["\(lease.holder)", lease.reason]).joined(separator: " ")
    }

    private static func lease(_ line: Substring) -> Lease? {
        let words = line.split(separator: " ", maxSplits: 11, omittingEmptySubsequences: false)
        guard words.count == 12, words[0] == "lease", let mailbox = MailboxName(words[2]),
            let device = fact(words[3], { PCIDeviceID($0) }),
            let serial = fact(words[4], { UInt64(lowercaseHex: $0, digits: 16...16) }),
            let holder = LeaseHolder("\(words[9]) \(words[10])")
        else { return nil }
        let times = words[5...8].compactMap { UInt64($0) }
        guard times.count == 4 else { return nil }
        return Lease(
            id: String(words[1]), mailbox: mailbox, device: device, serialNumber: serial, holder: holder,
            reason: String(words[11]), start: LeaseTime(sinceBoot: times[0], wallClock: times[1]),
            end: LeaseTime(sinceBoot: times[2], wallClock: times[3]))
    }

    private static func fact<Value>(_ word: Substring, _ parse: (Substring) -> Value?) -> Fact<Value>? {
        switch word {
        case "none": Fact.none
        case "unknown": .unknown
        default: parse(word).map(Fact.known)
        }
    }
}
