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
    /// What each way of reading it makes of it, where a device may read it in several; else none, and `objectClass`
    /// it is.
    var readings: [ObjectClass] = []
}

extension ObjectCatalog {
    /// Classifies an inquiry, whose judged object this is. A published object that carries a vendor-defined SPDM
    /// request is what it carries; where that can be read in two ways, the more alarming of the two.
    func classify(_ inquiry: Inquiry, as object: ObjectID) -> Classification {
        let (outer, name) = classify(object)
        guard object == .spdm || object == .spdmWithConnection, let request = inquiry.request,
            case .message(let message) = SPDMPeek(request), message.code.isVendorDefined
        else { return Classification(objectClass: outer, name: name, outer: outer) }
        let carried = message.vendorDefined
        guard outer == .published || outer == .kernelExpected else {
            return Classification(objectClass: outer, name: name, outer: outer, readings: carried.map { _ in outer })
        }
        guard !carried.isEmpty else {
            return Classification(
                objectClass: .unknown, name: "\(name) carrying what cannot be read", outer: outer)
        }
        let words = carried.joined { $0.publishedProtocol?.description ?? $0.description }
        let classes = carried.map { $0.objectClass ?? outer }
        return Classification(
            objectClass: [.unknown, .vendor].first(where: classes.contains) ?? outer,
            name: "\(name) carrying \(words)", outer: outer, readings: classes)
    }
}

extension SPDMVendorDefined {
    /// The class of what is inside; `nil` where a standards body has published it, so that it is what carries it.
    fileprivate var objectClass: ObjectClass? {
        if publishedProtocol != nil { return nil }
        // A standards body's own, and not known to be published; as objects of these vendors without an object line.
        return vendorID.isEmpty || isOfStandardsBody || standard == .dmtfSpecification ? .unknown : .vendor
    }
}
