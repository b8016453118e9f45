internal import DOEObjects
internal import DOEWords

/// Whose answer whoever asks gets.
public enum AnswerSource: String, Sendable {
    /// The device's, asked for each request.
    case device
    /// A copy of one that the kernel, or somebody else before, got from the device; the device only where there is
    /// none.
    case copy
}

extension Decision {
    /// Whose answer there is to what passes; `nil` for what is refused.
    public var answerSource: AnswerSource? {
        guard verdict == .allow || verdict == .warn, let object else { return nil }
        return asksDevice || !object.isReadByTheKernelToo ? .device : .copy
    }
}
