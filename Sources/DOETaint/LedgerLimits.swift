/// How large a ledger may be: the same numbers for who writes it and who reads it.
struct LedgerLimits: Sendable {
    /// The whole file, bytes.
    var fileBytes = 64 << 20
    /// One line; what does not fit is written with the whole file.
    var lineBytes = 64 << 10
    /// The file is written anew, whole, when more than this and twice its size after the last time was appended.
    var spareBytes = 64 << 10
    /// So many subjects, then a new device is known by its mailbox's name.
    var subjects = 16_384
}
