internal import DOEObjects
internal import DOEWords

/// What a request is: what its object's id says, and what is inside where that can be seen.
struct Classification {
    /// What it is, looked into.
    let objectClass: ObjectClass
    let name: String
    /// What its id alone says. Where the two differ, both are judged and the stricter decision holds: looking inside
    /// must not open what was shut.
    let outer: ObjectClass
}

extension ObjectCatalog {
    /// Classifies an inquiry, whose judged object this is. A published object that carries a vendor-defined SPDM
    /// request is what it carries.
    func classify(_ inquiry: Inquiry, as object: ObjectID) -> Classification {
        let (outer, name) = classify(object)
        guard outer == .published || outer == .kernelExpected, object == .spdm || object == .spdmWithConnection,
            let request = inquiry.request, case .message(let message) = SPDMPeek(request), message.code.isVendorDefined
        else { return Classification(objectClass: outer, name: name, outer: outer) }
        guard let inside = message.vendorDefined else {
            return Classification(
                objectClass: .unknown, name: "\(name) carrying what cannot be read", outer: outer)
        }
        let carried = inside.publishedProtocol?.description ?? inside.description
        return Classification(
            objectClass: inside.objectClass ?? outer, name: "\(name) carrying \(carried)", outer: outer)
    }
}

extension SPDMVendorDefined {
    /// The class of what is inside; `nil` where a standards body has published it, so that it is what carries it.
    fileprivate var objectClass: ObjectClass? {
        if publishedProtocol != nil { return nil }
        // A standards body's own, and not known to be published; as objects of these vendors without an object line.
        if vendorID.isEmpty || pciVendor == 0x0001 || pciVendor == 0x1e98 { return .unknown }
        return .vendor
    }
}
