internal import CLinux
internal import SystemPackage

/// A table that programs in the kernel share with this one (BPF map). It is gone when nobody holds it any more.
public final class KernelMap: Sendable {
    /// What it is, by the kernel's numbers (`enum bpf_map_type`).
    public enum Kind: UInt32, Sendable {
        /// By any key.
        case hash = 1
        /// By a number of four bytes, from 0.
        case array = 2
        /// The same, with a value for each processor that may ever be there.
        case arrayOfEachProcessor = 6
        /// By any key; what was not used for longest makes room.
        case recent = 9
        /// Records in a row, which ``KernelRing`` reads.
        case ring = 27
    }

    /// What programs name it by.
    public let descriptor: Descriptor
    private let kind: Kind
    private let name: String
    private let keySize: Int
    private let valueSize: Int

    /// An empty one. Sizes are bytes, of a value for each processor a multiple of 8; of a ring `entries` is its size,
    /// a power of two of pages, and the others are 0.
    public init(_ kind: Kind, _ name: String, key: Int = 0, value: Int = 0, entries: Int) throws(LinuxError) {
        let number = unsafe clinux_bpf_map_create(
            kind.rawValue, UInt32(key), UInt32(value), UInt32(entries), name)
        guard number >= 0 else { throw .last("create", "a table for programs in the kernel") }
        descriptor = Descriptor(owning: number)
        self.kind = kind
        self.name = name
        keySize = key
        valueSize = value
    }

    /// One that is there and that this descriptor is, with the sizes that it was made with.
    public init(reading descriptor: Descriptor, _ kind: Kind, _ name: String, key: Int, value: Int) {
        self.descriptor = descriptor
        self.kind = kind
        self.name = name
        keySize = key
        valueSize = value
    }

    /// The same table under a descriptor through which nothing can be changed. Needs CAP_SYS_ADMIN.
    public func forReading() throws(LinuxError) -> Descriptor {
        let number = clinux_bpf_map_for_reading(descriptor.number)
        guard number >= 0 else { throw .last("open", "\(subject) for reading") }
        return Descriptor(owning: number)
    }

    /// Sets what is at a key. Both have the sizes that the table was made with.
    public func set(_ key: [UInt8], to value: [UInt8]) throws(LinuxError) {
        try check(key.count == keySize && value.count == valueSize)
        guard unsafe clinux_bpf_map_set(descriptor.number, key, value) == 0 else { throw .last("set", subject) }
    }

    /// Takes out what is at a key.
    public func remove(_ key: [UInt8]) throws(LinuxError) {
        try check(key.count == keySize)
        guard unsafe clinux_bpf_map_remove(descriptor.number, key) == 0 else { throw .last("remove", subject) }
    }

    /// What is at a key.
    public func value(at key: [UInt8]) throws(LinuxError) -> [UInt8] {
        try check(key.count == keySize && kind != .arrayOfEachProcessor)
        return try value(at: key, size: valueSize)
    }

    /// What is at a key for each processor, by its number.
    public func values(at key: [UInt8]) throws(LinuxError) -> [[UInt8]] {
        try check(key.count == keySize && kind == .arrayOfEachProcessor)
        // The kernel writes a value for each that is possible, in the order of their numbers, whatever room there is.
        let processors = Processors.possible
        guard !processors.isEmpty else { throw LinuxError("read", "/sys/devices/system/cpu/possible", .noData) }
        let bytes = try value(at: key, size: valueSize * processors.count)
        var values = [[UInt8]](repeating: [], count: (processors.max() ?? 0) + 1)
        for (place, processor) in processors.enumerated() {
            values[processor] = Array(bytes[place * valueSize..<(place + 1) * valueSize])
        }
        return values
    }

    private func value(at key: [UInt8], size: Int) throws(LinuxError) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: size)
        guard unsafe clinux_bpf_map_get(descriptor.number, key, &value) == 0 else { throw .last("read", subject) }
        return value
    }

    private var subject: String { "the table \(name) of programs in the kernel" }

    private func check(_ isRight: Bool) throws(LinuxError) {
        guard isRight else { throw LinuxError("use", subject, .invalidArgument) }
    }
}
