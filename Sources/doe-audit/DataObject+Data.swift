internal import DOEObjects
internal import DOEWords

extension DataObject {
    /// A request from what `--data` says: pairs of hexadecimal digits in either case, blanks and colons between
    /// them as one likes, and `0x` before all of it.
    init(_ object: ObjectID, hexadecimal data: String) throws {
        let digits = data.lowercased().hasPrefix("0x") ? data.dropFirst(2) : data[...]
        guard let payload = [UInt8](hexadecimal: digits.filter { $0 != " " && $0 != ":" }) else {
            throw WrongUse("--data '\(data)' is not hexadecimal", "give pairs of hexadecimal digits: --data 00020000")
        }
        guard let made = try? DataObject(object, payload: payload) else {
            throw WrongUse(
                "--data has \(payload.count) bytes", "an object has 1 MiB at most, its header of 8 bytes included")
        }
        self = made
    }
}
