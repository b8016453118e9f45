import DOELinux
import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOEProxy

@Suite("Who stands at the other end")
struct PeerIdentityTests {
    private let directory = TemporaryDirectory()

    private func learned(of connection: StreamSocket) throws -> LearnedClient {
        let credentials = try #require(PeerCredentials(of: connection.descriptor))
        return PeerIdentity.learn(
            Peer(
                connection: connection.descriptor, credentials: credentials, process: nil,
                acceptedAt: Clocks.boottimeMicroseconds),
            by: { ProcessIdentity(of: $0, number: $1) })
    }

    @Test("a living client is named by pid, user, program and parent")
    func alive() throws {
        let socket = try ListeningSocket(path: directory.path + "/s", mode: 0o600)
        let child = try ConnectingChild(to: socket.place, exitsAtOnce: false)
        let learned = try learned(of: child.connection(at: socket))
        let client = learned.client
        #expect(learned.present() == client)
        #expect(client.via == .known(.unix) && client.pid == .known(child.pid) && client.uid == .known(geteuid()))
        #expect(client.exe == .known(try SmallText.link("/proc/\(child.pid)/exe")))
        #expect(client.parent.value?.hasPrefix("\(getpid()) ") == true)
        #expect(client.groups.value?.contains(getegid()) == true)
        child.end()
        #expect(learned.present() == Client(via: .known(.unix)))
    }

    @Test("of a client that has gone only what the connection itself says is known")
    func gone() throws {
        let socket = try ListeningSocket(path: directory.path + "/s", mode: 0o600)
        let child = try ConnectingChild(to: socket.place, exitsAtOnce: true)
        child.end()
        let learned = try learned(of: child.connection(at: socket))
        let client = learned.client
        #expect(learned.present() == Client(via: .known(.unix)))
        #expect(client.uid == .known(geteuid()) && client.pid == .known(child.pid))
        for fact in [client.exe, client.unit, client.container, client.parent] { #expect(fact == .unknown) }
        #expect(client.loginUID == .unknown && client.session == .unknown)
    }

    @Test("another program in the process, or none that can be seen, is nobody")
    func otherProgram() throws {
        let client = Client(via: .known(.unix), pid: .known(getpid()), uid: .known(geteuid()))
        let process = try #require(HeldProcess(of: getpid()))
        let identity = try #require(ProcessIdentity(of: process, number: getpid()))
        try #require(identity.isStillRun != nil)
        #expect(LearnedClient(client, process: process, isStillRun: identity.isStillRun).present() == client)
        #expect(LearnedClient(client, process: process).present() == client)
        let nobody = Client(via: .known(.unix))
        #expect(LearnedClient(client, process: process, isStillRun: { false }).present() == nobody)
    }

    @Test("nobody vouches for a TCP client, and nothing is asked of it again")
    func tcp() {
        let client = PeerIdentity.tcpClient
        #expect(LearnedClient(client, process: nil).present() == client)
    }

    @Test("of a TCP client is learned whose its socket is, and that makes it no user")
    func tcpSocket() throws {
        let door = try ListeningSocket(address: "127.0.0.1", port: 0)
        let client = try StreamSocket.connect(address: "127.0.0.1", port: try #require(door.port))
        let connection = try #require(try door.accept())
        var expected = PeerIdentity.tcpClient
        #expect(expected.tcpUID == .unknown)
        expected.tcpUID = .known(geteuid())
        let learned = LearnedClient(PeerIdentity.tcpClient(at: connection.descriptor), process: nil)
        #expect(learned.client == expected && learned.present() == expected && learned.client.uid == .none)
        #expect(shutdown(client.descriptor.number, Int32(SHUT_RDWR)) == 0)
    }

    @Test("without credentials nothing is known but how it came")
    func nameless() throws {
        #expect(PeerIdentity.client(nil) == Client(via: .known(.unix)))
    }
}

/// Another process that connects to a socket. Perl: every Debian has it, and it can.
private final class ConnectingChild {
    let pid: Int32
    private let input: Int32

    init(to path: String, exitsAtOnce: Bool) throws {
        let program = "use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0) && connect(S, sockaddr_un($ARGV[0])) or exit 1;"
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup("perl"), strdup("-e"), strdup(program + (exitsAtOnce ? "" : "sysread(STDIN, $b, 1)")), strdup(path),
            nil,
        ]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let error = unsafe posix_spawn(&pid, "/usr/bin/perl", &actions, nil, &arguments, environ)
        close(ends[0])
        input = ends[1]
        self.pid = pid
        try #require(error == 0)
    }

    func connection(at socket: ListeningSocket) throws -> StreamSocket {
        var wait = pollfd(fd: socket.descriptor.number, events: Int16(POLLIN), revents: 0)
        try #require(unsafe poll(&wait, 1, 60_000) == 1)
        return try #require(try socket.accept())
    }

    /// Lets it end and waits for that.
    func end() {
        close(input)
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
    }
}
