internal import DOELinux

/// The files through which the kernel's tracing is worked, below tracefs' root: the kernel's own, or a test's.
protocol TraceFiles: AnyObject {
    /// A file's whole text.
    func read(_ name: String) throws(LinuxError) -> String
    /// Writes a text in one call.
    func write(_ text: String, to name: String, _ mode: HeldDirectory.WriteMode) throws(LinuxError)
    func makeDirectory(_ name: String) throws(LinuxError)
    func removeDirectory(_ name: String) throws(LinuxError)
    /// Opens a file for reading that never makes its reader wait.
    func open(_ name: String) throws(LinuxError) -> Descriptor
    func names(in name: String) throws(LinuxError) -> [String]
    /// The names of the files in a directory that can be both read and written.
    func switches(in name: String) throws(LinuxError) -> [String]
}

extension TraceFiles {
    func write(_ text: String, to name: String) throws(LinuxError) { try write(text, to: name, .inPlace) }
}
