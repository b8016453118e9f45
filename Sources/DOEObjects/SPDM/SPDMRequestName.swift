internal import DOEWords

/// What rules call an SPDM request: one request may answer to several names, the later ones saying more.
///
/// - `GET_VERSION`: the specification's name of its code; `0x90` for a code without one.
/// - `opaque`: encrypted, or a piece of another request. What is asked for cannot be seen.
/// - `VENDOR_DEFINED_REQUEST`, and with it standard and vendor id, `PCI-SIG.10de`. Of a published protocol also its name,
///   `TDISP`, and with its message, `TDISP.LOCK_INTERFACE_REQUEST`; `TDISP.0x90` for a message without a name.
/// - `malformed`: too short for a header, or vendor-defined with an inside that cannot be read.
/// - `OOB_KEY_UPDATE`, `OOB_ENDPOINT_INFO`: commands beside the objects.
public enum SPDMRequestName {
    /// What cannot be looked into.
    public static let opaque = "opaque"
    /// What should be readable and is not.
    public static let malformed = "malformed"

    /// Every name that is a fixed word: requests, the protocols inside and their messages, what is beside the objects.
    public static let words: [String] = {
        // A piece of a request has no name of its own: it is opaque.
        let codes = SPDMCode.requestNames.filter { !SPDMCode(rawValue: $0.key).isChunk }.values.sorted()
        let inside = SPDMInnerProtocol.allCases.flatMap { inner in
            [inner.description] + inner.messageNames.values.sorted().map { "\(inner).\($0)" }
        }
        return codes + inside + OutOfBandRequest.Kind.allCases.map { OutOfBandRequest($0).name } + [opaque, malformed]
    }()
}

extension SPDMPeek {
    /// The names of ``SPDMRequestName`` that this request answers to, in each way in which a device may read it.
    /// Neither the list nor one of its lists is empty.
    public var ruleNames: [[String]] {
        switch self {
        case .chunk, .secured: [[SPDMRequestName.opaque]]
        case .truncated: [[SPDMRequestName.malformed]]
        case .message(let message) where message.code.isVendorDefined:
            message.vendorDefined.isEmpty
                ? [[message.code.description, SPDMRequestName.malformed]]
                : message.vendorDefined.map { [message.code.description] + $0.ruleNames }
        case .message(let message): [[message.code.description]]
        }
    }
}

extension SPDMVendorDefined {
    fileprivate var ruleNames: [String] {
        let body = standard.description.replacing(" ", with: "-")
        let vendor = vendorText
        var names = [vendor.isEmpty ? body : "\(body).\(vendor)"]
        if let publishedProtocol {
            names.append(publishedProtocol.description)
            if let innerCode {
                names.append("\(publishedProtocol).\(innerName ?? "0x\(innerCode.hex(digits: 2))")")
            }
        }
        return names
    }
}
