/// How a device answered a compliance request (CXL 2.0 14.16.4).
public enum ComplianceStatus: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// It was done.
    case success = 0
    /// The device does not let this requester.
    case notAuthorised = 1
    /// It failed, the device does not say why.
    case unknownFailure = 2
    /// The device cannot inject this.
    case unsupportedInjection = 3
    /// The device failed inside.
    case internalError = 4
    /// Another request is at work.
    case busy = 5
    /// The device is not set up for it.
    case notInitialised = 6
    /// The address is not the device's.
    case badAddress = 7
    /// Another field of the request is wrong.
    case badParameter = 8

    /// In plain words.
    public var description: String {
        switch self {
        case .success: "success"
        case .notAuthorised: "not authorised"
        case .unknownFailure: "unknown failure"
        case .unsupportedInjection: "unsupported injection"
        case .internalError: "internal error"
        case .busy: "busy"
        case .notInitialised: "not initialised"
        case .badAddress: "bad address"
        case .badParameter: "bad parameter"
        }
    }
}
