public import DOEWords

extension ControlGroup {
    /// The container that the outermost such group on the path is named after; `unknown` where none is, since a path
    /// cannot show that there is no container: each engine calls its groups as it likes.
    public var container: Fact<String> { outermostContainer.map { ContainerName.recorded($0.name) } ?? .unknown }

    /// The name, and how deep in the path it stands. The outermost counts: whoever is in a container can call the
    /// groups below his own whatever he likes.
    var outermostContainer: (name: String, depth: Int)? {
        let parts = path.split(separator: "/")
        for depth in parts.indices {
            if let name = Self.container(parts[depth...]) { return (name, depth) }
        }
        return nil
    }

    /// What a container is called whose own group begins these.
    private static func container(_ parts: ArraySlice<Substring>) -> String? {
        guard let part = parts.first else { return nil }
        let inside = parts.dropFirst()
        switch part {
        // LXC, Proxmox: lxc/101/ns; Cloud Foundry: garden/HANDLE.
        case "lxc", "lxc.payload", "garden": return inside.first.map(String.init)
        // Amazon's agent: ecs/TASK/TASK-1234567890, and Docker's id in the place of the last.
        case "ecs": return inside.dropFirst().first.map { ContainerName.id(in: $0) ?? String($0) }
        default: break
        }
        // LXC 4 and later, Incus.
        if part.hasPrefix("lxc.payload.") { return name(part.dropFirst(12)) }
        // A machine of machinectl's that is a unit.
        if part.hasPrefix("systemd-nspawn@"), part.hasSuffix(".service") { return name(part.dropFirst(15).dropLast(8)) }
        let isScope = part.hasSuffix(".scope")
        // What systemd-machined keeps: nspawn's and libvirt's machines.
        if isScope, part.hasPrefix("machine-") { return name(part.dropFirst(8).dropLast(6)) }
        // Docker, podman, CRI-O and containerd name a group after the container's id: docker-ID.scope,
        // libpod-payload-ID, …slice:cri-containerd:ID.
        return ContainerName.id(in: isScope ? part.dropLast(6) : part)
    }

    /// A name as systemd writes it into a unit's: `qemu\x2d1\x2dguest` is qemu-1-guest.
    private static func name(_ escaped: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(escaped.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
                let value = UInt8(
                    lowercaseHex: String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), digits: 2...2)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
