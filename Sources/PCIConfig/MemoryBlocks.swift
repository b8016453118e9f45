internal import DOEWords

/// The blocks in which memory goes online and offline (`/sys/devices/system/memory`).
struct MemoryBlocks {
    let sysfsRoot: String

    private var directory: String { "\(sysfsRoot)/devices/system/memory" }

    /// Whether each block of a range is offline: `unknown` where one cannot be read, or the kernel has no such blocks.
    func areOffline(_ range: ClosedRange<UInt64>) -> Fact<Bool> {
        guard let text = Sysfs.text("\(directory)/block_size_bytes").value,
            let size = UInt64(lowercaseHex: text, digits: 1...16), size > 0
        else { return .unknown }
        for number in range.lowerBound / size...range.upperBound / size {
            guard let state = Sysfs.text("\(directory)/memory\(number)/state").value else { return .unknown }
            if state != "offline" { return .known(false) }
        }
        return .known(true)
    }
}
