internal import DOEObjects
internal import DOEWords

/// A request, decoded once: the first step of the road. What comes after looks at this and at no bytes.
struct DecodedRequest {
    /// What the bytes are.
    enum Content {
        /// A whole object; with what is seen in it, where it is SPDM.
        case object(DataObject, SPDMPeek?)
        /// A command beside the objects.
        case command(OutOfBandRequest)
        /// No object: why, and which it says that it is, where it came as an object and there were bytes enough for
        /// that.
        case malformed(String, ObjectID?)
    }

    /// The bytes as they came.
    let bytes: [UInt8]
    let content: Content

    init(_ request: Request) {
        bytes = request.bytes
        switch request {
        case .outOfBand(let command): content = .command(command)
        // Not an object: what its first bytes read as names nothing.
        case .malformed(_, let problem): content = .malformed(problem, nil)
        case .exchange(let bytes):
            do throws(ObjectError) {
                let object = try DataObject(bytes: bytes)
                content = .object(object, SPDMPeek(object))
            } catch {
                content = .malformed(error.problem, ObjectID(ofPossibleObject: bytes))
            }
        }
    }

    /// The whole object; `nil` where there is none.
    var object: DataObject? { if case .object(let object, _) = content { object } else { nil } }

    /// Which object it is, or says that it is; `nil` where there were too few bytes for one, and for a command.
    var objectID: ObjectID? {
        switch content {
        case .object(let object, _): object.object
        case .malformed(_, let object): object
        case .command: nil
        }
    }

    /// Whether it belongs to somebody's SPDM talk, and so is asked about once more before it is sent.
    var isSPDM: Bool {
        switch content {
        case .object(_, let peek): peek != nil
        case .command: true
        case .malformed: false
        }
    }
}
