internal import DOEWords

/// What a condition compares with, ready for use.
enum ConditionTest: Sendable {
    /// class, road, mode, via.
    case words(UInt8)
    /// object.
    case objects([ObjectMask])
    /// uid, user, group, loginuid.
    case numbers(Numbers)
    /// mailbox, address, device, pci-class, driver, serial, unit, exe, container.
    case texts(Texts)
    /// spdm, compliance: a request may answer to several names.
    case names(Texts)
    /// until: the time from which on it fails.
    case time(Timestamp)

    /// Numbers and ranges of them.
    struct Numbers: Sendable {
        var exact: Set<UInt32> = []
        var range: ClosedRange<UInt32>?
        var none = false

        func matches(_ number: UInt32) -> Bool { exact.contains(number) || range?.contains(number) == true }
    }

    /// Texts and globs.
    struct Texts: Sendable {
        var exact: Set<ExactText> = []
        var globs: [Glob] = []
        var none = false

        func matches(_ text: String) -> Bool { exact.contains(ExactText(text)) || globs.contains { $0.matches(text) } }
    }
}
