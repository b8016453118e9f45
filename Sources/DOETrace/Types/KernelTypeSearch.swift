/// One pass over the kernel's types: where each begins, and which have the names that are sought.
struct KernelTypeSearch {
    /// What was found, or why not.
    enum Answer<Found> {
        case found(Found)
        case missing(String)
    }

    private typealias Kind = KernelTypeRecord.Kind
    private let types: KernelTypes
    /// Where each type begins, by its number less one: types name each other by number.
    private var places: [UInt32] = []
    /// The numbers of the types that have a name.
    private var structures: [String: [UInt32]] = [:]
    private var functions: [String: [UInt32]] = [:]

    init(
        of types: KernelTypes, in span: borrowing RawSpan, structures: Set<String>, functions: Set<String>
    ) throws(KernelTypesError) {
        self.types = types
        places.reserveCapacity(types.types.count / 24)
        let structures = structures.map { (text: $0, bytes: Array($0.utf8)) }
        let functions = functions.map { (text: $0, bytes: Array($0.utf8)) }
        var at = types.types.lowerBound
        while at < types.types.upperBound {
            guard let type = KernelTypeRecord(at: at, in: span), let end = type.end, end <= types.types.upperBound
            else {
                throw .damaged("type \(places.count + 1) does not end where it should, or is of an unknown kind")
            }
            places.append(UInt32(at))
            let number = UInt32(places.count)
            switch type.kind {
            case Kind.structure:
                for name in structures where try hasName(type.name, name.bytes, in: span) {
                    self.structures[name.text, default: []].append(number)
                }
            case Kind.function:
                for name in functions where try hasName(type.name, name.bytes, in: span) {
                    self.functions[name.text, default: []].append(number)
                }
            default: break
            }
            at = end
        }
    }

    /// Where a member is, in bytes. Of structures with one name, all that have the member must agree: which of them a
    /// function means cannot be told.
    func offset(of path: MemberPath, in span: borrowing RawSpan) throws(KernelTypesError) -> Answer<Int> {
        guard let numbers = structures[path.structure], !path.members.isEmpty else {
            return .missing("this kernel has no structure \(path.structure)")
        }
        var found: Set<Int> = []
        for number in numbers {
            // Enough for the largest structures there are, and an end where it goes in circles.
            var budget = 1 << 16
            let offset = try offset(of: path.members[...], in: number, depth: 0, budget: &budget, span)
            if let offset { found.insert(offset) }
        }
        switch found.count {
        case 0: return .missing("this kernel has no \(path)")
        case 1: return .found(found.first ?? 0)
        default: return .missing("this kernel has several structures \(path.structure), which do not agree on \(path)")
        }
    }

    /// The names of a function's arguments.
    func arguments(of function: String, in span: borrowing RawSpan) throws(KernelTypesError) -> Answer<[String]> {
        guard let numbers = functions[function] else { return .missing("this kernel has no function \(function)") }
        var found: Set<[String]> = []
        for number in numbers {
            let prototype = try record(try record(number, in: span).sizeOrType, in: span)
            guard prototype.kind == Kind.prototype else { throw .damaged("\(function) has no prototype") }
            var names: [String] = []
            for part in 0..<prototype.partCount {
                let name = span.littleEndianDword(at: prototype.place + 12 + 8 * part)
                names.append(String(decoding: try text(name), as: UTF8.self))
            }
            found.insert(names)
        }
        guard found.count == 1, let names = found.first else {
            return .missing("this kernel has several functions \(function), which do not agree on their arguments")
        }
        return .found(names)
    }

    /// A function's number; `nil` where there is none of that name, or more than one.
    func number(of function: String) -> UInt32? {
        let numbers = functions[function] ?? []
        return numbers.count == 1 ? numbers[0] : nil
    }

    /// A member of a structure, and of that member; `nil` where there is none, or it does not begin with a whole byte.
    private func offset(
        of names: ArraySlice<String>, in number: UInt32, depth: Int, budget: inout Int, _ span: borrowing RawSpan
    ) throws(KernelTypesError) -> Int? {
        guard let name = names.first else { return 0 }
        guard depth < 32 else { throw .damaged("its structures lead in circles") }
        let structure = try unaliased(number, in: span)
        guard structure.kind == Kind.structure || structure.kind == Kind.union else { return nil }
        let wanted = Array(name.utf8)
        for part in 0..<structure.partCount {
            budget -= 1
            guard budget > 0 else { throw .damaged("its structures lead in circles") }
            let place = structure.place + 12 + 12 * part
            let nameOffset = span.littleEndianDword(at: place)
            let isAnonymous = try hasName(nameOffset, [], in: span)
            let hasWantedName = try hasName(nameOffset, wanted, in: span)
            guard isAnonymous || hasWantedName else { continue }
            let bits = span.littleEndianDword(at: place + 8)
            guard bits % 8 == 0, !structure.hasBitFields || bits >> 24 == 0 else { continue }
            // What an anonymous one has counts as the structure's own.
            let rest = isAnonymous ? names : names.dropFirst()
            let type = span.littleEndianDword(at: place + 4)
            let inner = try offset(of: rest, in: type, depth: depth + 1, budget: &budget, span)
            guard let inner else { continue }
            let offset = Int(bits / 8) + inner
            guard offset < structure.sizeOrType else { throw .damaged("\(name) lies outside of its structure") }
            return offset
        }
        return nil
    }

    /// The type behind typedefs, const and the like.
    private func unaliased(_ number: UInt32, in span: borrowing RawSpan) throws(KernelTypesError) -> KernelTypeRecord {
        var type = try record(number, in: span)
        for _ in 0..<32 {
            // 0 is void, which has no record.
            guard Kind.aliases.contains(type.kind), type.sizeOrType != 0 else { return type }
            type = try record(type.sizeOrType, in: span)
        }
        throw .damaged("type \(number) leads in circles")
    }

    private func record(_ number: UInt32, in span: borrowing RawSpan) throws(KernelTypesError) -> KernelTypeRecord {
        guard number > 0, number <= places.count,
            let record = KernelTypeRecord(at: Int(places[Int(number) - 1]), in: span)
        else { throw .damaged("there is no type \(number)") }
        return record
    }

    private func hasName(
        _ offset: UInt32, _ name: [UInt8], in span: borrowing RawSpan
    ) throws(KernelTypesError) -> Bool {
        guard offset < types.strings.count else { throw .damaged("a name leads past its end") }
        let start = types.strings.lowerBound + Int(offset)
        guard start + name.count < types.strings.upperBound else { return false }
        for index in name.indices
        where unsafe span.unsafeLoad(fromByteOffset: start + index, as: UInt8.self) != name[index] { return false }
        return unsafe span.unsafeLoad(fromByteOffset: start + name.count, as: UInt8.self) == 0
    }

    private func text(_ offset: UInt32) throws(KernelTypesError) -> ArraySlice<UInt8> {
        guard offset < types.strings.count else { throw .damaged("a name leads past its end") }
        return types.bytes[(types.strings.lowerBound + Int(offset))..<types.strings.upperBound].prefix { $0 != 0 }
    }
}
