package import DOELinux

/// Where somebody stands whom a program in the kernel told of: both by numbers of the kernel's own.
package struct WriterPlace: Hashable, Sendable {
    /// His control group's number.
    package let group: UInt64
    /// The file that he runs; `nil` where the kernel could not tell it.
    package let program: HostFiles.File?

    package init(group: UInt64, program: HostFiles.File?) { (self.group, self.program) = (group, program) }
}

extension WriterPlace {
    func put(in writer: inout WireWriter) {
        writer.put(group)
        writer.put(program?.device ?? 0)
        writer.put(program?.inode ?? 0)
        let names = program?.names ?? []
        writer.put(UInt8(names.count))
        for name in names { writer.put(Array(name.utf8), room: BrokerWire.fileNameRoom) }
        writer.putZeros((BrokerWire.mostNames - names.count) * (2 + BrokerWire.fileNameRoom))
    }

    /// Whether it can be asked: the kernel's programs tell no longer names, and no more of them.
    package var fits: Bool {
        guard let names = program?.names else { return true }
        return 1...BrokerWire.mostNames ~= names.count && names.allSatisfy(Self.isName)
    }

    static func read(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> WriterPlace? {
        guard let group = reader.number(UInt64.self, bytes), let device = reader.number(UInt32.self, bytes),
            let inode = reader.number(UInt64.self, bytes), let count = reader.number(UInt8.self, bytes),
            count <= BrokerWire.mostNames
        else { return nil }
        var names: [String] = []
        for _ in 0..<count {
            guard let name = reader.text(bytes, room: BrokerWire.fileNameRoom), isName(name) else { return nil }
            names.append(name)
        }
        guard reader.zeros(bytes, (BrokerWire.mostNames - names.count) * (2 + BrokerWire.fileNameRoom)) else {
            return nil
        }
        if names.isEmpty { return device == 0 && inode == 0 ? WriterPlace(group: group, program: nil) : nil }
        return WriterPlace(group: group, program: HostFiles.File(names: names, device: device, inode: inode))
    }

    /// One step of a path, and never one that leads elsewhere.
    private static func isName(_ name: String) -> Bool {
        let bytes = name.utf8
        return !bytes.isEmpty && bytes.count <= BrokerWire.fileNameRoom && name != "." && name != ".."
            && !bytes.contains(0) && !bytes.contains(UInt8(ascii: "/"))
    }
}
