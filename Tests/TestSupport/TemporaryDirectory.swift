internal import FoundationEssentials
internal import Glibc

/// A directory of a test's own, removed with everything in it at the end.
public final class TemporaryDirectory: Sendable {
    /// Short, so that sockets fit.
    public let path: String

    /// Makes it below another one; one in memory where a test writes much and is not about disks.
    public init(below parent: String = "/tmp") {
        var template = Array("\(parent)/doe-XXXXXX".utf8CString)
        unsafe template.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { _ = unsafe mkdtemp(start) }
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
