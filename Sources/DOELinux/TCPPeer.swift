internal import CLinux
internal import Glibc

/// The other end of a TCP connection within this host.
public enum TCPPeer {
    /// The user id that the other end's socket belongs to; `nil` where it cannot be told: the socket was closed, the
    /// connection comes from another network namespace, or the kernel has no sock_diag.
    ///
    /// That is whoever made the socket, a forwarder too. It waits for nothing, where ``prepare()`` was called before.
    public static func uid(of connection: Descriptor) -> UInt32? {
        guard let owner = unsafe end(of: connection, getpeername), let peer = unsafe end(of: connection, getsockname)
        else {
            return nil
        }
        let number = clinux_socket_questions()
        guard number >= 0 else { return nil }
        let question = SocketQuestion(owner: owner, peer: peer)
        guard let answer = answer(to: question.bytes, over: Descriptor(owning: number)),
            let uid = question.uid(in: answer),
            // Last: a connection that was reset may have lost its address to somebody else's before that.
            !connection.isHungUp
        else { return nil }
        return uid
    }

    /// Asks about no socket, so that the kernel loads what answers, where that is a module.
    public static func prepare() {
        let number = clinux_socket_questions()
        guard number >= 0 else { return }
        let nobody = SocketQuestion.End(address: [127, 0, 0, 1], port: 0)
        _ = answer(to: SocketQuestion(owner: nobody, peer: nobody).bytes, over: Descriptor(owning: number))
    }

    private static func answer(to bytes: [UInt8], over socket: Descriptor) -> ArraySlice<UInt8>? {
        // The kernel answers before this returns.
        guard
            unsafe bytes.withUnsafeBytes({ unsafe clinux_send(socket.number, $0.baseAddress, $0.count) }) == bytes.count
        else { return nil }
        var answer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe clinux_netlink_read(socket.number, &answer, answer.count)
        return count > 0 ? answer[..<count] : nil
    }

    private typealias Name = (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32

    private static func end(of connection: Descriptor, _ name: Name) -> SocketQuestion.End? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe name(connection.number, $0, &size)
            }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return SocketQuestion.End(
            address: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) },
            port: UInt16(bigEndian: address.sin_port))
    }
}
