internal import DOEWords

/// The physical addresses that the kernel has given away, as `/proc/iomem` lists them. Pure.
struct MemoryMap: Hashable {
    /// One line: `490000000-4cfffffff : region0`. How far it is indented does not matter here.
    struct Entry: Hashable {
        let range: ClosedRange<UInt64>
        let name: String
    }

    let entries: [Entry]

    /// From the file's text; `nil` where a line is none, or where the kernel shows zeros, as it does to whoever lacks
    /// CAP_SYS_ADMIN.
    init?(_ text: String) {
        var entries: [Entry] = []
        for line in text.split(separator: "\n") {
            let parts = line.drop { $0 == " " }.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[1] == ":" else { return nil }
            let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = UInt64(lowercaseHex: ends[0], digits: 1...16),
                let last = UInt64(lowercaseHex: ends[1], digits: 1...16), first <= last
            else { return nil }
            entries.append(Entry(range: first...last, name: String(parts[2])))
        }
        guard entries.contains(where: { $0.range.upperBound > 0 }) else { return nil }
        self.entries = entries
    }

    /// Where CXL memory may lie (the CXL Fixed Memory Windows that cxl_acpi found).
    var windows: [Entry] { entries.filter { $0.name.hasPrefix("CXL Window") } }

    /// What the kernel uses as its own memory, or did: `System RAM`, `System RAM (kmem)`.
    var systemMemory: [Entry] { entries.filter { $0.name.hasPrefix("System RAM") } }
}
