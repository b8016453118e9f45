internal import DOEWords

extension FunctionAddress {
    /// Reads a name as sysfs spells it, `0000:0d:00.0`, from an event's bytes. Makes no string of them: there is one in
    /// almost each event.
    init?(name: Range<Int>, of event: RawSpan) {
        guard let separator = lastColon(of: name, in: event), name.upperBound - separator == 5,
            event.byte(at: separator + 3) == UInt8(ascii: "."),
            let bus = busNumbers(name.lowerBound..<separator, in: event),
            let device = hexadecimal(separator + 1..<separator + 3, in: event),
            let function = hexadecimal(separator + 4..<separator + 5, in: event)
        else { return nil }
        self.init(domain: bus.domain, bus: bus.number, device: UInt8(device), function: UInt8(function))
    }

    /// Reads a bus's name, `0000:0d`, and takes device and function from a devfn: device [7:3], function [2:0].
    init?(busName: Range<Int>, of event: RawSpan, deviceAndFunction: Int64) {
        guard let bus = busNumbers(busName, in: event), let devfn = UInt8(exactly: deviceAndFunction) else {
            return nil
        }
        self.init(domain: bus.domain, bus: bus.number, device: devfn >> 3, function: devfn & 7)
    }
}

/// A bus's name: the domain with four digits, or more where it needs them, and two digits for the bus.
private func busNumbers(_ name: Range<Int>, in event: RawSpan) -> (domain: UInt32, number: UInt8)? {
    guard let separator = lastColon(of: name, in: event), name.upperBound - separator == 3,
        4...8 ~= separator - name.lowerBound,
        separator - name.lowerBound == 4 || event.byte(at: name.lowerBound) != UInt8(ascii: "0"),
        let domain = hexadecimal(name.lowerBound..<separator, in: event),
        let number = hexadecimal(separator + 1..<separator + 3, in: event)
    else { return nil }
    return (domain, UInt8(number))
}

private func lastColon(of name: Range<Int>, in event: RawSpan) -> Int? {
    var index = name.upperBound
    while index > name.lowerBound {
        index -= 1
        if event.byte(at: index) == UInt8(ascii: ":") { return index }
    }
    return nil
}

/// Eight lower-case digits at most.
private func hexadecimal(_ digits: Range<Int>, in event: RawSpan) -> UInt32? {
    var value: UInt32 = 0
    for index in digits {
        switch event.byte(at: index) {
        case let digit where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit: value = value << 4 | UInt32(digit & 0xf)
        case let digit where UInt8(ascii: "a")...UInt8(ascii: "f") ~= digit:
            value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return value
}
