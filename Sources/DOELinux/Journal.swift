internal import CSystemd
internal import Glibc
internal import SystemPackage

/// An open journal, read through libsystemd. For one thread: libsystemd's own rule.
///
/// Errors carry the libsystemd call that failed, as if it were a system call.
@safe public final class Journal {
    private let source: JournalSource
    private let handle: OpaquePointer

    /// Opens a journal for reading. A journal of which nothing may be read opens, and is empty. One of more files
    /// than half of the descriptors does not: libsystemd would take them all, and say nothing of the files that it
    /// passes over.
    public init(_ source: JournalSource) throws(LinuxError) {
        let (count, limit) = (JournalFiles.count(of: source), DescriptorLimit.current)
        guard count <= limit / 2 else {
            throw LinuxError(
                "open at a time, with \(limit) descriptors, the \(count) files of", "\(source)", .tooManyOpenFiles)
        }
        var handle: OpaquePointer?
        let local = Int32(SD_JOURNAL_LOCAL_ONLY)
        let result: Int32 =
            switch source {
            case .host: unsafe sd_journal_open(&handle, local)
            case .namespace(let name): unsafe sd_journal_open_namespace(&handle, name, local)
            case .directory(let path): unsafe sd_journal_open_directory(&handle, path, 0)
            }
        guard result >= 0, let handle = unsafe handle else {
            throw LinuxError("open", "\(source)", Errno(rawValue: -result))
        }
        self.source = source
        unsafe self.handle = handle
        // Without a watch, files that are made later (rotation) would never be seen; see sd_journal_get_fd(3).
        _ = unsafe sd_journal_get_fd(handle)
    }

    /// Opens journal files that are open already; files that are made later are not seen.
    public convenience init(_ files: JournalFiles) throws(LinuxError) {
        try self.init(files.source, files.opened)
    }

    init(_ source: JournalSource, _ files: [Descriptor]) throws(LinuxError) {
        var handle: OpaquePointer?
        // Whoever opens them so gives them away, where it works: it gets descriptors of its own.
        var numbers: [Int32] = []
        for file in files {
            let number = fcntl(file.number, F_DUPFD_CLOEXEC, 3)
            if number >= 0 { numbers.append(number) }
        }
        var result = numbers.count < files.count ? -EMFILE : 0
        if result == 0 {
            result = unsafe sd_journal_open_files_fd(&handle, &numbers, UInt32(numbers.count), 0)
        }
        guard result >= 0, let handle = unsafe handle else {
            for number in numbers { close(number) }
            throw LinuxError("open the files of", "\(source)", Errno(rawValue: -result))
        }
        self.source = source
        unsafe self.handle = handle
    }

    deinit { unsafe sd_journal_close(handle) }

    /// Lets only entries through that carry `FIELD=value`; several values of one field are alternatives, several
    /// fields must all match.
    public func match(_ text: String) throws(LinuxError) {
        var text = text
        let result = text.withUTF8 { unsafe sd_journal_add_match(handle, $0.baseAddress, $0.count) }
        try check(result, "sd_journal_add_match")
    }

    /// Lets every entry through again.
    public func clearMatches() { unsafe sd_journal_flush_matches(handle) }

    /// The next `next()` gives the first entry.
    public func seekToHead() throws(LinuxError) {
        try check(unsafe sd_journal_seek_head(handle), "sd_journal_seek_head")
    }

    /// The next `previous()` gives the last entry.
    public func seekToTail() throws(LinuxError) {
        try check(unsafe sd_journal_seek_tail(handle), "sd_journal_seek_tail")
    }

    /// The next `next()` gives the first entry that journald received at this time or later, microseconds since 1970.
    public func seek(toRealtime microseconds: UInt64) throws(LinuxError) {
        try check(unsafe sd_journal_seek_realtime_usec(handle, microseconds), "sd_journal_seek_realtime_usec")
    }

    /// Goes on to the next entry; `false` at the end, from where a later call sees what has come since.
    public func next() throws(LinuxError) -> Bool {
        try check(unsafe sd_journal_next(handle), "sd_journal_next") > 0
    }

    /// Goes back to the entry before; `false` at the beginning.
    public func previous() throws(LinuxError) -> Bool {
        try check(unsafe sd_journal_previous(handle), "sd_journal_previous") > 0
    }

    /// Takes notice of journal files that came or went.
    public func refresh() throws(LinuxError) {
        try check(unsafe sd_journal_process(handle), "sd_journal_process")
    }

    /// When journald received the entry, microseconds since 1970.
    public func receivedAt() throws(LinuxError) -> UInt64 {
        var time: UInt64 = 0
        try check(unsafe sd_journal_get_realtime_usec(handle, &time), "sd_journal_get_realtime_usec")
        return time
    }

    /// The entry's place, and journald's sum over it (`x=`), as text.
    public func cursor() throws(LinuxError) -> String {
        var text: UnsafeMutablePointer<CChar>?
        try check(unsafe sd_journal_get_cursor(handle, &text), "sd_journal_get_cursor")
        defer { unsafe free(text) }
        return unsafe text.map { unsafe String(cString: $0) } ?? ""
    }

    /// The value of the entry's field; `nil` where it has none.
    public func value(of field: String) throws(LinuxError) -> [UInt8]? {
        var data: UnsafeRawPointer?
        var length = 0
        let result = unsafe sd_journal_get_data(handle, field, &data, &length)
        if result == -ENOENT { return nil }
        try check(result, "sd_journal_get_data")
        return unsafe Array(UnsafeRawBufferPointer(start: data, count: length).dropFirst(field.utf8.count + 1))
    }

    /// Calls `body` with each `FIELD=value` of the entry; the bytes are gone when it returns.
    ///
    /// A field that this libsystemd cannot unpack (a compression it was built without) is left out.
    public func forEachField(_ body: (RawSpan) -> Void) throws(LinuxError) {
        unsafe sd_journal_restart_data(handle)
        while true {
            var data: UnsafeRawPointer?
            var length = 0
            let result = unsafe sd_journal_enumerate_available_data(handle, &data, &length)
            guard try check(result, "sd_journal_enumerate_available_data") > 0 else { return }
            let field = unsafe UnsafeRawBufferPointer(start: data, count: length)
            unsafe body(field.bytes)
        }
    }

    /// Calls `body` with each value that a field has in any entry, matches or not: from the journal's index, without
    /// a look at the entries.
    public func forEachValue(of field: String, _ body: ([UInt8]) -> Void) throws(LinuxError) {
        try check(unsafe sd_journal_query_unique(handle, field), "sd_journal_query_unique")
        unsafe sd_journal_restart_unique(handle)
        while true {
            var data: UnsafeRawPointer?
            var length = 0
            let result = unsafe sd_journal_enumerate_available_unique(handle, &data, &length)
            guard try check(result, "sd_journal_enumerate_available_unique") > 0 else { return }
            body(unsafe Array(UnsafeRawBufferPointer(start: data, count: length).dropFirst(field.utf8.count + 1)))
        }
    }

    @discardableResult
    private func check(_ result: Int32, _ call: String) throws(LinuxError) -> Int32 {
        guard result >= 0 else { throw LinuxError(call, "\(source)", Errno(rawValue: -result)) }
        return result
    }
}
