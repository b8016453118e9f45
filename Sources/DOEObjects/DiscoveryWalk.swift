public import DOEWords

/// Reads the list of a mailbox's objects, one exchange an object. Pure: it says what to ask, and takes what came back.
///
/// A device cannot keep it going: the index has to grow with every response, so there are 256 exchanges at most.
public struct DiscoveryWalk: Hashable, Sendable {
    private let version: UInt8
    private var index: UInt8 = 0
    private var objects: [ObjectID] = []
    private var isDone = false

    /// A walk from index 0. For the version see ``DiscoveryRequest/version(forCapabilityVersion:)``.
    public init(version: UInt8) {
        self.version = version
    }

    /// The next request, or the list in the device's order.
    public var next: WalkStep<[ObjectID]> {
        isDone ? .done(objects) : .ask(DiscoveryRequest(index: index, version: version).dataObject)
    }

    /// Takes the response to the last request. After an error the walk is over; ask nothing more.
    public mutating func take(_ object: DataObject) throws(ObjectError) {
        guard !isDone else {
            throw ObjectError(offset: 0, expected: "no response after the last one", found: "\(object.object)")
        }
        let response = try DiscoveryResponse(object)
        guard response.object.vendor != DiscoveryResponse.pastTheEnd.object.vendor else {
            throw ObjectError(
                offset: 8, expected: "an object at index \(index)", found: "\(response.object), no object")
        }
        guard response.nextIndex == 0 || response.nextIndex > index else {
            throw ObjectError(
                offset: 11, expected: "a next index of 0 or above \(index)", found: "\(response.nextIndex)")
        }
        objects.append(response.object)
        index = response.nextIndex
        isDone = index == 0
    }
}
