import DOETrace
import DOEWords
import TestSupport

/// An event with the fields of a role in any order and of any width, and what it should be decoded to.
struct MadeUpEvent {
    let role: ProbeRole
    let thread: Int32 = 4711
    private(set) var format =
        """
        name: made
        ID: 513
        format:
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
        \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
        \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;


        """
    var bytes: [UInt8] = [1, 2, 0, 0, 0x67, 0x12, 0, 0]
    private var values: [String: Int64] = [:]
    private var places: [String: (offset: Int, size: Int)] = [:]
    private var textPlace = 0

    init(_ role: ProbeRole) { self.role = role }

    /// The narrowest a field can be.
    private static let least = [
        "off": 4, "count": 2, "val": 4, "ret": 4, "rv": 4, "cap": 2, "vendor": 2, "vid": 2, "type": 1, "req0": 4,
        "rsp0": 4, "reqsz": 1, "devfn": 4,
    ]

    mutating func add(_ field: String, _ random: inout SeededGenerator) {
        if field == "name" || field == "bus" {
            let text = field == "name" ? "0000:0d:1f.7" : "10000:0d"
            let relative = random.once(in: 2)
            textPlace = bytes.count
            append("\(relative ? "__rel_data_loc" : "__data_loc") char[]", field, size: 4, signed: true)
            put(text, relative)
        } else {
            var size = random.pick([1, 2, 4, 8].filter { $0 >= Self.least[field] ?? 8 })
            if role == .write8 || role == .write16, field == "val" { size = random.pick([role == .write8 ? 1 : 2, 4]) }
            let signed = ["ret", "rv"].contains(field) || size > 4
            places[field] = (bytes.count, size)
            append("number", field, size: size, signed: signed)
            setNumber(field, Int(truncatingIfNeeded: value(of: field, &random)))
        }
    }

    private func value(of field: String, _ random: inout SeededGenerator) -> Int64 {
        switch field {
        case "off", "cap": Int64.random(in: 0..<4096, using: &random)
        case "ret", "rv": random.pick([0, 4, 28, -5, 3])
        case "devfn": 0xff
        case "type": Int64.random(in: 0..<256, using: &random)
        case "vendor", "vid": Int64.random(in: 0..<65536, using: &random)
        case "reqsz": random.pick([0, 3, 4, 12])
        case "count": Int64.random(in: 0..<4096, using: &random)
        case "val" where role == .write8: Int64.random(in: 0..<256, using: &random)
        case "val" where role == .write16: Int64.random(in: 0..<65536, using: &random)
        default: Int64.random(in: 0..<1 << 32, using: &random)
        }
    }

    private mutating func append(_ type: String, _ field: String, size: Int, signed: Bool) {
        format += "\tfield:\(type) \(field);\toffset:\(bytes.count);\tsize:\(size);\tsigned:\(signed ? 1 : 0);\n"
        bytes += Array(repeating: 0xee, count: size)
    }

    private mutating func put(_ text: String, _ relative: Bool) {
        // Where the text goes is not known before all fields are there, so it has room of its own among them.
        let offset = bytes.count - (relative ? textPlace + 4 : 0)
        for (index, byte) in [offset & 0xff, offset >> 8, text.utf8.count + 1, 0].enumerated() {
            bytes[textPlace + index] = UInt8(byte)
        }
        bytes += Array(text.utf8) + [0]
    }

    /// Another text in place of the one that is there, at the event's end.
    mutating func setText(_ text: String) { put(text, format.contains("__rel_data_loc")) }

    mutating func setNumber(_ field: String, _ value: Int) {
        guard let place = places[field] else { return }
        values[field] = Int64(value)
        for index in 0..<place.size { bytes[place.offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    /// What it should be decoded to.
    var access: TracedAccess {
        let function =
            role == .kernelWrite
            ? FunctionAddress("10000:0d:1f.7") : FunctionAddress("0000:0d:1f.7")
        guard let function else { return .procWrite(offset: 0, count: 0) }
        func number(_ key: String) -> Int64 { values[key] ?? 0 }
        func dword(_ key: String) -> UInt32 { UInt32(number(key)) }
        let (offset, quad) = (UInt16(number(role.fields.contains("cap") ? "cap" : "off")), UInt64(number("off")))
        let result = Int32(number(role == .taskComplete ? "rv" : "ret"))
        let object = ObjectID(
            vendor: UInt16(number(role.fields.contains("vid") ? "vid" : "vendor")), type: UInt8(number("type")))
        return switch role {
        case .fileWrite: .fileWrite(function: function, offset: quad, count: UInt64(number("count")))
        case .procWrite: .procWrite(offset: quad, count: UInt64(number("count")))
        case .write32: .write(function: function, offset: offset, width: 4, value: dword("val"))
        case .write16: .write(function: function, offset: offset, width: 2, value: dword("val"))
        case .write8: .write(function: function, offset: offset, width: 1, value: dword("val"))
        case .read32: .read(function: function, offset: offset)
        case .readEnded: .readEnded(offset: offset, value: result == 0 ? dword("val") : nil, result: result)
        case .readEndedWithoutValue: .readEnded(offset: offset, value: nil, result: result)
        case .kernelRequest:
            .kernelRequest(function: function, capability: offset, object: object, firstDword: dword("req0"))
        case .kernelRequestBefore64:
            .kernelRequest(
                function: function, capability: offset, object: object,
                firstDword: number("reqsz") < 4 ? nil : dword("req0"))
        case .kernelResponse, .taskComplete:
            .kernelResponse(object: object, firstDword: result < 4 ? nil : dword("rsp0"), result: result)
        case .kernelWrite: .kernelWrite(function: function, offset: offset, value: dword("val"))
        case .canary: .canary(function: function, offset: quad)
        }
    }
}
