import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

/// A device that answers every exchange in good form, and lies in what it says: one row of docs/hostile-devices.md.
struct HostileWalk: Sendable, CustomStringConvertible {
    /// Discovery or CDAT.
    enum Kind: String {
        case discovery = "discover"
        case table = "cdat"
    }

    let name: String
    let kind: Kind
    /// How the walk ends: the error's own words, or `done`.
    let ending: String
    /// The most exchanges that it may take.
    let exchanges: Int
    /// The answer to exchange 0, 1, ...
    let answer: @Sendable (Int) throws -> DataObject

    var description: String { name }
    var cells: [String] { [name, "`\(kind.rawValue)`", ending, "\(exchanges)"] }
}

@Suite("A device that lies over several exchanges")
struct HostileWalkTests {
    @Test("ends by its own name, in a bounded number of exchanges", arguments: HostileWalk.catalogue)
    func one(lie: HostileWalk) throws {
        let (ending, exchanges) =
            switch lie.kind {
            case .discovery: try discover(lie)
            case .table: try readTable(lie)
            }
        #expect(ending == lie.ending)
        #expect(exchanges <= lie.exchanges)
    }

    private func discover(_ lie: HostileWalk) throws -> (ending: String, exchanges: Int) {
        var walk = DiscoveryWalk(version: 2)
        var exchanges = 0
        while case .ask = walk.next {
            try #require(exchanges < 256)
            exchanges += 1
            do { try walk.take(try lie.answer(exchanges - 1)) } catch let error as ObjectError {
                return (error.problem, exchanges)
            }
        }
        guard case .done(let objects) = walk.next else { return ("no end", exchanges) }
        #expect(objects.count == exchanges)
        return ("done", exchanges)
    }

    private func readTable(_ lie: HostileWalk) throws -> (ending: String, exchanges: Int) {
        var reader = CDATReader()
        var exchanges = 0
        while case .ask = reader.next {
            try #require(exchanges <= CDATReader.defaultLimit / 4)
            exchanges += 1
            do { try reader.take(try lie.answer(exchanges - 1)) } catch let error as ObjectError {
                return (error.problem, exchanges)
            }
        }
        guard case .done(let bytes) = reader.next else { return ("no end", exchanges) }
        #expect(bytes.count <= CDATReader.defaultLimit)
        do { _ = try CoherentDeviceAttributeTable(bytes: bytes) } catch { return (error.problem, exchanges) }
        return ("done", exchanges)
    }

    @Test("is one row of the page, word for word")
    func page() throws {
        let rows = try DocumentTable(page: "hostile-devices.md", section: "Discovery and CDAT").rows
        #expect(rows == HostileWalk.catalogue.map(\.cells))
    }
}
