import DOEWords

@testable import DOEObjects

extension HostileWalk {
    /// All of them.
    static let catalogue = indexLies + headerLies + handleLies + structureLies + honestButLarge

    // MARK: Discovery

    private static func discovery(
        _ name: String, _ ending: String, exchanges: Int, answer: @escaping @Sendable (Int) throws -> DataObject
    ) -> HostileWalk {
        HostileWalk(name: name, kind: .discovery, ending: ending, exchanges: exchanges, answer: answer)
    }

    private static func entry(_ object: ObjectID, next: Int) -> DataObject {
        DiscoveryResponse(object: object, nextIndex: UInt8(truncatingIfNeeded: next)).dataObject
    }

    private static let indexLies = [
        discovery("an index that leads back", "byte 11: expected a next index of 0 or above 9, found 4", exchanges: 2) {
            entry(.discovery, next: $0 == 0 ? 9 : 4)
        },
        discovery("an index that stays", "byte 11: expected a next index of 0 or above 1, found 1", exchanges: 2) { _ in
            entry(.discovery, next: 1)
        },
        discovery(
            "the last index, again and again", "byte 11: expected a next index of 0 or above 255, found 255",
            exchanges: 256
        ) { entry(.discovery, next: min($0 + 1, 255)) },
        discovery(
            "an index behind which nothing is", "byte 8: expected an object at index 1, found ffff:ff, no object",
            exchanges: 2
        ) { $0 == 0 ? entry(.discovery, next: 1) : DiscoveryResponse.pastTheEnd.dataObject },
        discovery(
            "somebody else's answer to discovery", "byte 0: expected an object 0001:00, found 1e98:02", exchanges: 1
        ) { _ in try DataObject(.tableAccess, payload: [0, 0, 0, 0]) },
        discovery("two dwords too many", "byte 4: expected a length of 3 to 4 dwords, found 5", exchanges: 1) { _ in
            try DataObject(.discovery, payload: [UInt8](repeating: 0, count: 12))
        },
        discovery("no dword at all", "byte 4: expected a length of 3 to 4 dwords, found 2", exchanges: 1) { _ in
            try DataObject(.discovery, payload: [])
        },
        discovery("reserved ids, which are listed as they are", "done", exchanges: 256) {
            entry(ObjectID(vendor: $0.isMultiple(of: 2) ? 0x0001 : 0x0000, type: UInt8($0)), next: $0 + 1)
        },
        discovery("the same object 256 times", "done", exchanges: 256) { entry(.discovery, next: $0 + 1) },
    ]

    // MARK: CDAT

    private static func table(
        _ name: String, _ ending: String, exchanges: Int, answer: @escaping @Sendable (Int) throws -> DataObject
    ) -> HostileWalk {
        HostileWalk(name: name, kind: .table, ending: ending, exchanges: exchanges, answer: answer)
    }

    private static func entry(_ bytes: [UInt8], next: Int?) throws -> DataObject {
        try TableAccessResponse(nextHandle: next.map { UInt16(truncatingIfNeeded: $0) }, entry: bytes).dataObject()
    }

    /// A table's header that says this length.
    private static func header(_ length: Int) -> [UInt8] {
        UInt32(truncatingIfNeeded: length).littleEndianBytes + [1] + Array(repeating: 0, count: 11)
    }

    /// A structure of a type nobody knows, which says this length and has so many bytes.
    private static func structure(says length: Int, of count: Int) -> [UInt8] {
        [9, 0] + UInt16(length).littleEndianBytes + Array(repeating: 0, count: count - 4)
    }

    private static func headerLie(_ name: String, length: Int) -> HostileWalk {
        table(name, "byte 12: expected a table length of 16 to 65536 bytes, found \(length)", exchanges: 1) { _ in
            try entry(header(length), next: 1)
        }
    }

    private static let headerLies = [
        headerLie("a table of 0 bytes", length: 0),
        headerLie("a table shorter than its header", length: 15),
        headerLie("a table larger than any", length: 65_537),
        headerLie("a table of 4 GiB", length: 0xffff_ffff),
        table(
            "a first entry that is no header",
            "byte 4: expected the table's header of 16 bytes as entry 0, found 24 bytes",
            exchanges: 1
        ) { _ in try entry(Array(repeating: 24, count: 24), next: 1) },
        table(
            "a first entry of 1 MiB",
            "byte 4: expected the table's header of 16 bytes as entry 0, found 1048564 bytes", exchanges: 1
        ) { _ in try entry(Array(repeating: 1, count: (1 << 20) - 12), next: 1) },
        table("an entry without bytes", "byte 4: expected a length of 4 to 262144 dwords, found 3", exchanges: 1) { _ in
            try entry([], next: 1)
        },
        table("a response of another code", "byte 8: expected table access code 0 (read), found 7", exchanges: 1) { _ in
            try DataObject(.tableAccess, payload: [7, 0, 1, 0] + header(16))
        },
        table("a response of another table", "byte 9: expected table type 0 (CDAT), found 1", exchanges: 1) { _ in
            try DataObject(.tableAccess, payload: [0, 1, 1, 0] + header(16))
        },
    ]

    private static func handleLie(
        _ name: String, _ expected: String, exchanges: Int, next: @escaping @Sendable (Int) -> Int?
    ) -> HostileWalk {
        table(name, "byte 10: expected \(expected)", exchanges: exchanges) {
            try entry($0 == 0 ? header(40) : structure(says: 8, of: 8), next: next($0))
        }
    }

    private static let handleLies = [
        handleLie(
            "a handle that leads back to the header", "a next handle that was not asked for yet, found 0000",
            exchanges: 2
        ) {
            $0 == 0 ? 1 : 0
        },
        handleLie("a header that leads to itself", "a next handle that was not asked for yet, found 0000", exchanges: 1)
        {
            _ in 0
        },
        handleLie("a handle that leads to itself", "a next handle that was not asked for yet, found 0001", exchanges: 2)
        {
            _ in 1
        },
        handleLie(
            "an end before the last byte", "a next handle, since 24 of 40 bytes are read, found ffff, the end",
            exchanges: 2
        ) {
            $0 == 0 ? 1 : nil
        },
        handleLie(
            "a handle after the last byte", "next handle ffff, since all 40 bytes are read, found 0004", exchanges: 4
        ) {
            $0 + 1
        },
    ]

    private static func structureLie(_ name: String, says length: Int, of count: Int) -> HostileWalk {
        table(
            name, "byte 14: expected a structure length that fits the \(count) bytes of the entry, found \(length)",
            exchanges: 2
        ) { try entry($0 == 0 ? header(64) : structure(says: length, of: count), next: $0 + 1) }
    }

    private static let structureLies = [
        structureLie("a structure of 0 bytes", says: 0, of: 8),
        structureLie("a structure of 1 byte", says: 1, of: 4),
        structureLie("a structure longer than its entry", says: 24, of: 8),
        structureLie("a structure of 65535 bytes in 8", says: 0xffff, of: 8),
        structureLie("an entry longer than its structure", says: 8, of: 24),
        table(
            "more bytes than the header says",
            "byte 14: expected at most 8 bytes more, as the table's header says, found a structure of 24", exchanges: 2
        ) { try entry($0 == 0 ? header(24) : structure(says: 24, of: 24), next: $0 + 1) },
        table(
            "a structure of 1 MiB",
            "byte 14: expected a structure length that fits the 1048564 bytes of the entry, found 8", exchanges: 2
        ) { try entry($0 == 0 ? header(24) : structure(says: 8, of: (1 << 20) - 12), next: $0 + 1) },
        table(
            "a DSMAS of 8 bytes", "byte 18: expected a DSMAS length of 24 bytes, found 8", exchanges: 2
        ) {
            // The checksum is right: 24 + 1 + 8 + 223 = 256.
            var head = header(24)
            head[5] = 223
            return try entry($0 == 0 ? head : [0, 0, 8, 0, 0, 0, 0, 0], next: $0 == 0 ? 1 : nil)
        },
        table(
            "a wrong checksum", "byte 5: expected checksum d6, with which all bytes add up to 0 mod 256, found 00",
            exchanges: 2
        ) { try entry($0 == 0 ? header(24) : structure(says: 8, of: 8), next: $0 == 0 ? 1 : nil) },
    ]

    private static let honestButLarge = [
        table("the longest table there may be, in the smallest pieces", "done", exchanges: 16_381) { index in
            let last = 16_380
            var head = header(65_536)
            // The sum of all: 0 for the length (three zeros and a 1), 1 for the revision, 13 for each structure.
            head[5] = 0 &- head.reduce(0, &+) &- UInt8(truncatingIfNeeded: 13 * last)
            return try entry(
                index == 0 ? head : structure(says: 4, of: 4), next: index == last ? nil : index + 1)
        }
    ]
}
