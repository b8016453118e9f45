/// What bounds a client, whatever the policy says: the word of DOE_LIMIT.
public enum ClientLimit: String, Hashable, Sendable, CaseIterable {
    /// How many frames and connections a second.
    case rate
    /// How many exchanges at a time.
    case openExchanges = "open-exchanges"
    /// How large a request.
    case requestSize = "request-size"
    /// How many connections at a time.
    case connections
}
