public import DOEWords
public import SPDMSocket

/// A simulated mailbox that is asked for.
public struct SimulatedPlace: Hashable, Sendable {
    /// What simulates it.
    public enum Function: Hashable, Sendable {
        /// A function of that model; copies are counted from 1.
        case model(SimulatedModel, copy: UInt64)
        /// One whose SPDM objects somebody else answers, at this address.
        case spdm(SPDMSocketAddress)
    }

    /// `sim:cxl`, `sim:cxl-2`, `sim:spdm`
    public let name: MailboxName
    /// What simulates it.
    public let function: Function

    /// How many of one model there may be; each has a thread.
    private static let copies: ClosedRange<UInt64> = 1...64

    /// Reads `cxl,vendor*16,spdm=127.0.0.1:2323`, and every mistake in it.
    static func read(list: String) -> (places: [SimulatedPlace], mistakes: [PlaceError]) {
        var (places, mistakes) = ([SimulatedPlace](), [PlaceError]())
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(PlaceError) {
                for place in try read(word: String(word)) {
                    // Two of one name would fight for one socket.
                    if places.contains(where: { $0.name == place.name }) {
                        throw mistake("\(place.name) is named twice")
                    }
                    places.append(place)
                }
            } catch {
                mistakes.append(error)
            }
        }
        return (places, mistakes)
    }

    /// `cxl`, `cxl*4` for several of that model, or `spdm=ADDRESS` for the one whose other end is somebody else.
    private static func read(word: String) throws(PlaceError) -> [SimulatedPlace] {
        if word.hasPrefix("spdm=") {
            let place = String(word.dropFirst(5))
            guard let address = SPDMSocketAddress(place) else {
                throw mistake(
                    "'\(place.printable)' is no numeric IPv4 address with a port, and no path of a Unix socket")
            }
            return [SimulatedPlace(name: .simulated("spdm"), function: .spdm(address))]
        }
        guard let star = word.firstIndex(of: "*") else {
            return [SimulatedPlace(name: .simulated(word), function: .model(try model(word), copy: 1))]
        }
        let (model, count) = (try model(String(word[..<star])), String(word[word.index(after: star)...]))
        guard let number = UInt64(count), copies.contains(number), String(number) == count else {
            throw mistake("'\(word.printable)' asks for no number from 1 to \(copies.upperBound)")
        }
        return (1...number).map {
            SimulatedPlace(name: .simulated("\(model.rawValue)-\($0)"), function: .model(model, copy: $0))
        }
    }

    private static func model(_ name: String) throws(PlaceError) -> SimulatedModel {
        guard let model = SimulatedModel(rawValue: name) else {
            throw mistake("there is no simulated function '\(name.printable)'")
        }
        return model
    }

    private static func mistake(_ text: String) -> PlaceError {
        let models = SimulatedModel.allCases.map(\.rawValue).joined(separator: ", ")
        return PlaceError(
            problem: text,
            remedy: "there are, each once: \(models), several of one as MODEL*COUNT, spdm=ADDRESS:PORT")
    }
}
