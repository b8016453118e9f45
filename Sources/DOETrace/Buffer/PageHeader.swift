/// What a page of the ring buffer begins with, as `events/header_page` in tracefs says, and how large pages are.
public struct PageHeader: Hashable, Sendable {
    /// Bytes from the page's beginning to the time of its first event, eight bytes.
    let timestamp: Int
    /// Bytes from the page's beginning to the count of bytes with events, and its flags.
    let commit: Int
    /// The kernel's `local_t`: 4 or 8 bytes. A count of missed events behind the events is as wide.
    let commitSize: Int
    /// Bytes from the page's beginning to the first event.
    let data: Int
    /// Bytes: 4096, unless somebody has chosen larger sub-buffers (from Linux 6.8). One read gives one page.
    public let pageSize: Int

    /// The kernel makes sub-buffers of 64 pages at most; pages have 64 KiB at most.
    private static let largestPage = 64 * 65536

    /// Reads the text of `events/header_page`.
    public init(_ text: String) throws(TraceFormatError) {
        let fields = text.split(separator: "\n").compactMap { EventField(line: $0) }
        func field(_ name: String) throws(TraceFormatError) -> EventField {
            guard let field = fields.first(where: { $0.name == name }) else {
                throw TraceFormatError("header_page", "it has no field '\(name)'")
            }
            return field
        }
        let (timestamp, commit, data) = (try field("timestamp"), try field("commit"), try field("data"))
        guard timestamp.size == 8 else { throw TraceFormatError("header_page", "'timestamp' has not 8 bytes") }
        guard commit.size == 4 || commit.size == 8 else {
            throw TraceFormatError("header_page", "'commit' has neither 4 nor 8 bytes")
        }
        guard data.offset >= max(timestamp.offset + timestamp.size, commit.offset + commit.size), data.size >= 8,
            data.offset + data.size <= Self.largestPage
        else { throw TraceFormatError("header_page", "'data' is not behind the other fields, or too large") }
        self.timestamp = timestamp.offset
        self.commit = commit.offset
        self.commitSize = commit.size
        self.data = data.offset
        pageSize = data.offset + data.size
    }
}
