public import DOEWords

/// The objects that a standards body, or a vendor in the open, has given a name.
///
/// Names only: what class an object has is for the rules to say.
public enum PublishedObjects {
    /// Every known object with its name, sorted by id.
    public static let all: [(object: ObjectID, name: String)] = [
        (.discovery, "DOE Discovery"),
        (.spdm, "CMA/SPDM"),
        (.securedSPDM, "Secured CMA/SPDM"),
        (.spdmWithConnection, "CMA/SPDM with connection id"),
        (.securedSPDMWithConnection, "Secured CMA/SPDM with connection id"),
        (ObjectID(vendor: 0x0001, type: 0x05), "Async Message"),
        (.compliance, "CXL Compliance Mode"),
        (.tableAccess, "CXL Table Access (CDAT)"),
        (ObjectID(vendor: 0x1efd, type: 0x00), "Rivos root of trust or fabric object 00"),
        (ObjectID(vendor: 0x1efd, type: 0x01), "Rivos root of trust or fabric object 01"),
        (ObjectID(vendor: 0x1efd, type: 0x08), "Rivos root of trust or fabric object 08"),
        (ObjectID(vendor: 0x8086, type: 0x0b), "Intel microcode staging"),
    ]

    /// The object's name; `nil` for one that nobody here knows.
    public static func name(of object: ObjectID) -> String? {
        // So few are compared sooner than one is hashed.
        all.first { $0.object == object }?.name
    }
}
