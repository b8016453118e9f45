import DOETrace
import DOEWords

/// One line of a capture's `text`: the kernel's own reading of an event.
///
/// ` setpci-325 [000] ..... 21.599325: cfgw: comm="setpci" name="0000:0d:00.0" off=408 count=1 val=0x0`
struct KernelText {
    let thread: Int32
    let processor: Int
    /// Microseconds, rounded as the kernel rounds.
    let time: UInt64
    let event: String
    private let values: [Substring: Substring]

    init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ").map { Substring($0) }
        guard words.count > 5, let dash = words[0].lastIndex(of: "-"),
            let thread = Int32(words[0][words[0].index(after: dash)...]),
            let processor = Int(words[1].dropFirst().dropLast())
        else { return nil }
        let time = words[3].dropLast().split(separator: ".")
        guard time.count == 2, let seconds = UInt64(time[0]), let microseconds = UInt64(time[1]) else { return nil }
        self.thread = thread
        self.processor = processor
        self.time = seconds * 1_000_000 + microseconds
        event = String(words[4].dropLast())
        values = Dictionary(
            uniqueKeysWithValues: words[5...].compactMap { word in
                word.firstIndex(of: "=").map { (word[..<$0], word[word.index(after: $0)...]) }
            })
    }

    /// The names of its values.
    var keys: [String] { values.keys.map { String($0) } }

    func number(_ key: String) -> Int64? {
        guard let text = values[Substring(key)] else { return nil }
        return text.hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
    }

    func string(_ key: String) -> String? {
        guard let text = values[Substring(key)], text.hasPrefix("\"") else { return nil }
        return String(text.dropFirst().dropLast())
    }

    /// What we should make of it.
    func access(as role: ProbeRole) -> TracedAccess? {
        let function = string("name").flatMap { FunctionAddress($0) }
        func number(_ key: String) -> Int64 { self.number(key) ?? -999 }
        func object(_ vendor: String) -> ObjectID {
            ObjectID(vendor: UInt16(number(vendor)), type: UInt8(number("type")))
        }
        func write(_ width: Int) -> TracedAccess? {
            function.map {
                .write(function: $0, offset: UInt16(number("off")), width: width, value: UInt32(number("val")))
            }
        }
        func response(_ vendor: String, _ result: Int64) -> TracedAccess {
            let first = result >= 4 ? UInt32(number("rsp0")) : nil
            return .kernelResponse(object: object(vendor), firstDword: first, result: Int32(result))
        }
        func request(_ vendor: String) -> TracedAccess? {
            function.map {
                .kernelRequest(
                    function: $0, capability: UInt16(number("cap")), object: object(vendor),
                    firstDword: UInt32(number("req0")))
            }
        }
        return switch role {
        case .fileWrite:
            function.map { .fileWrite(function: $0, offset: UInt64(number("off")), count: UInt64(number("count"))) }
        case .procWrite: .procWrite(offset: UInt64(number("off")), count: UInt64(number("count")))
        case .write32: write(4)
        case .write16: write(2)
        case .write8: write(1)
        case .read32: function.map { .read(function: $0, offset: UInt16(number("off"))) }
        case .readEnded:
            .readEnded(
                offset: UInt16(number("off")), value: UInt32(number("val")), result: Int32(number("ret")))
        case .kernelRequest: request("vendor")
        case .kernelRequestBefore64: request("vid")
        case .kernelResponse: response("vendor", number("ret"))
        case .taskComplete: response("vid", number("rv"))
        case .canary: function.map { .canary(function: $0, offset: UInt64(number("off"))) }
        case .readEndedWithoutValue, .kernelWrite: nil
        }
    }
}
