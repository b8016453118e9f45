/// The question to the kernel about one TCP socket of this network namespace, and its answer, as sock_diag(7) has
/// them. Pure.
///
/// The kernel is asked about the other end's socket, so its address comes first.
struct SocketQuestion: Hashable, Sendable {
    /// An IPv4 address and a port.
    struct End: Hashable, Sendable {
        /// In the order in which it is written.
        let address: [UInt8]
        let port: UInt16
    }

    /// Where the socket is that is asked about.
    let owner: End
    /// What it is connected with.
    let peer: End

    /// `struct nlmsghdr` and `struct inet_diag_req_v2` (linux/netlink.h, linux/inet_diag.h). Without the flag for a
    /// dump the kernel looks for this one socket.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(native: UInt32(Layout.headerSize + Layout.questionSize))
        bytes.append(native: Layout.byFamily)
        bytes.append(native: UInt16(1))  // NLM_F_REQUEST
        bytes += [UInt8](repeating: 0, count: 8)
        bytes += [Layout.inet, 6, 0, 0]  // IPPROTO_TCP, no extensions
        bytes.append(native: UInt32.max)  // in whatever state
        bytes += owner.portBytes + peer.portBytes
        bytes += owner.padded + peer.padded
        // The loopback device, which is number 1 everywhere: a socket that is bound to it is found by it alone.
        bytes.append(native: UInt32(1))
        bytes += [UInt8](repeating: 0xff, count: 8)  // INET_DIAG_NOCOOKIE
        return bytes
    }

    /// The uid in the answer; `nil` where it is not about this socket, or where nobody holds the socket any more.
    func uid(in answer: ArraySlice<UInt8>) -> UInt32? {
        let base = answer.startIndex
        guard answer.count >= Layout.answerEnd, answer.native(at: 4, as: UInt16.self) == Layout.byFamily else {
            return nil
        }
        // Where there is no such socket the kernel goes on to one that listens at this port.
        let family = answer[base + Layout.family]
        guard Layout.connected.contains(answer[base + Layout.state]),
            answer[(base + Layout.ports)...].prefix(4) == (owner.portBytes + peer.portBytes)[...],
            Self.isAddress(answer[(base + Layout.ownAddress)...].prefix(16), owner, family),
            Self.isAddress(answer[(base + Layout.peerAddress)...].prefix(16), peer, family),
            // Of a socket that its process has closed the kernel says uid 0, and no inode.
            answer.native(at: Layout.inode, as: UInt32.self) != 0
        else { return nil }
        return answer.native(at: Layout.uid, as: UInt32.self)
    }

    /// An IPv6 socket may speak IPv4, by the address `::ffff:127.0.0.1`.
    private static func isAddress(_ bytes: ArraySlice<UInt8>, _ end: End, _ family: UInt8) -> Bool {
        switch family {
        case Layout.inet: bytes.prefix(4) == end.address[...]
        case Layout.inet6: bytes == ([UInt8](repeating: 0, count: 10) + [0xff, 0xff] + end.address)[...]
        default: false
        }
    }
}

/// Where what stands, from the start of the message.
private enum Layout {
    static let byFamily: UInt16 = 20  // SOCK_DIAG_BY_FAMILY
    static let (inet, inet6): (UInt8, UInt8) = (2, 10)
    static let (headerSize, questionSize) = (16, 56)
    static let (family, state, ports, ownAddress, peerAddress, uid, inode, answerEnd) = (16, 17, 20, 24, 40, 80, 84, 88)
    /// ESTABLISHED, FIN_WAIT1, FIN_WAIT2: the other end of a connection that was accepted and that this end has not
    /// closed.
    static let connected: Set<UInt8> = [1, 4, 5]
}

extension SocketQuestion.End {
    fileprivate var portBytes: [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff)] }
    fileprivate var padded: [UInt8] { address + [UInt8](repeating: 0, count: 12) }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(native number: Number) {
        for place in 0..<Number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: number.littleEndian >> (8 * Number(place))))
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func native<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        let little = self[(startIndex + offset)...].prefix(Number.bitWidth / 8).reversed().reduce(Number(0)) {
            $0 << 8 | Number(truncatingIfNeeded: $1)
        }
        return Number(littleEndian: little)
    }
}
