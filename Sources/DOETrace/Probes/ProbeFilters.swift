internal import DOEWords

/// The filters of all probes for the functions that are watched.
///
/// A name is compared with `==`: the kernel takes a glob that begins with a digit, and then never matches it.
struct ProbeFilters {
    /// A filter is written in less than a page.
    static let limit = 4095

    private let functions: [WatchedFunction]

    init(watching functions: [WatchedFunction]) {
        self.functions = functions.filter { !$0.mailboxes.isEmpty }.sorted { $0.address < $1.address }
    }

    /// What this thread does to this function, which has no mailbox.
    static func canary(at function: FunctionAddress, readBy thread: Int32) -> ProbeFilter {
        .matching("common_pid == \(thread) && name == \"\(function)\"")
    }

    /// The filter of a probe. The canary's is its own matter.
    func filter(of role: ProbeRole) -> ProbeFilter {
        guard !functions.isEmpty else { return .nothing }
        switch role {
        case .kernelRequest, .kernelRequestBefore64, .kernelResponse, .taskComplete, .procWrite: return .everything
        case .canary: return .nothing
        case .fileWrite, .write32, .write16, .write8: return writes
        case .read32, .readEnded, .readEndedWithoutValue:
            return fitting(byRange { functions in Self.any(functions.map { "name == \"\($0)\"" }) })
        case .kernelWrite:
            return fitting(
                byRange { functions in
                    Self.any(
                        functions.map { function in
                            let bus = "\(function.domain.hex(digits: 4)):\(function.bus.hex(digits: 2))"
                            return "(bus == \"\(bus)\" && devfn == \(function.device << 3 | function.function))"
                        })
                })
        }
    }

    /// Writes anywhere in a function that has a mailbox.
    private var writes: ProbeFilter {
        fitting(Self.any(functions.map { "name == \"\($0.address)\"" }))
    }

    /// The functions that have a mailbox at the same place stand together: there are many devices, and few kinds.
    private func byRange(_ clause: ([FunctionAddress]) -> String) -> String {
        var functions: [Range<UInt16>: [FunctionAddress]] = [:]
        for function in self.functions {
            for range in function.registers { functions[range, default: []].append(function.address) }
        }
        let ranges = functions.keys.sorted { $0.lowerBound < $1.lowerBound }
        return Self.any(ranges.map { "(\(Self.within($0)) && (\(clause(functions[$0] ?? []))))" })
    }

    private func fitting(_ text: String) -> ProbeFilter {
        guard text.utf8.count > Self.limit else { return .matching(text) }
        let ranges = Set(functions.flatMap(\.registers)).sorted { $0.lowerBound < $1.lowerBound }
        let byRange = Self.any(ranges.map { "(\(Self.within($0)))" })
        if byRange.utf8.count <= Self.limit { return .anyFunction(byRange) }
        let all = (ranges.first?.lowerBound ?? 0)..<(ranges.map(\.upperBound).max() ?? 0x1000)
        return .anyFunction(Self.within(all))
    }

    private static func any(_ clauses: [String]) -> String { clauses.joined(separator: " || ") }

    /// An access that begins below the range and reaches into it is split by the kernel, at multiples of its width.
    private static func within(_ range: Range<UInt16>) -> String {
        "off >= \(range.lowerBound) && off < \(range.upperBound)"
    }
}
