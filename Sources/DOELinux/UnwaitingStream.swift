internal import CLinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Words to a standard stream from a program that must not wait for whoever reads them: a pipe whose reader is stopped is
/// full soon. What finds no room is left out, and it is said so as soon as there is some again.
public final class UnwaitingStream: Sendable {
    private struct State {
        /// How many texts were left out since the last one that was not.
        var missed = 0
        /// Whether the last one that was written lacks its end.
        var isTorn = false
    }

    private let number: Int32
    /// The same file, opened once more so that it does not wait. The stream itself is shared with other programs, and
    /// they may count on waiting.
    private let own: Descriptor?
    private let isSocket: Bool
    private let state = Mutex(State())

    /// What a pipe takes whole or not at all, and has room for where it is said to have some (PIPE_BUF).
    private static let piece = 4096

    /// To be made while there are descriptors.
    public convenience init(_ stream: StandardStream) { self.init(stream.rawValue) }

    init(_ number: Int32) {
        self.number = number
        var status = stat()
        let kind = unsafe fstat(number, &status) == 0 ? status.st_mode & S_IFMT : 0
        isSocket = kind == S_IFSOCK
        // A regular file would be written from its beginning.
        let mayWait = kind == S_IFIFO || kind == S_IFCHR
        let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let opened = mayWait ? unsafe open("/proc/self/fd/\(number)", flags) : -1
        own = opened >= 0 ? Descriptor(owning: opened) : nil
    }

    /// Writes a text and a newline, unless it ends with one. For so many microseconds at most it waits for room, all in all.
    public func say(_ text: String, patience: UInt64 = 0) {
        let deadline = Clocks.monotonicMicroseconds + patience
        state.withLock { state in
            var words = state.isTorn ? "\n" : ""
            if state.missed > 0 {
                words += "(before this nobody read what was said here, and so much was left out: \(state.missed))\n"
            }
            if !words.isEmpty {
                guard write(Array(words.utf8), deadline) == .all else { return state.missed += 1 }
                state = State()
            }
            switch write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), deadline) {
            case .all: break
            case .none: state.missed += 1
            case .part:
                state.missed += 1
                state.isTorn = true
            }
        }
    }

    private enum Written {
        case all
        case part
        case none
    }

    private func write(_ bytes: [UInt8], _ deadline: UInt64) -> Written {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe Array(rest.prefix(Self.piece)).withUnsafeBytes { unsafe writeNow($0) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // A reader that has gone is not worth a word.
                if errno == EPIPE { return .all }
                let now = Clocks.monotonicMicroseconds
                guard errno == EAGAIN, now < deadline, waitForRoom(deadline - now) else {
                    return rest.count == bytes.count ? .none : .part
                }
            }
        }
        return .all
    }

    private func writeNow(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isSocket { return unsafe clinux_send_now(number, bytes.baseAddress, bytes.count) }
        if let own { return unsafe Glibc.write(own.number, bytes.baseAddress, bytes.count) }
        guard waitForRoom(0) else {
            errno = EAGAIN
            return -1
        }
        return unsafe Glibc.write(number, bytes.baseAddress, bytes.count)
    }

    private func waitForRoom(_ microseconds: UInt64) -> Bool {
        var room = pollfd(fd: own?.number ?? number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&room, 1, Int32(clamping: microseconds.dividedUp(by: 1000))) > 0
    }
}

extension UInt64 {
    fileprivate func dividedUp(by divisor: UInt64) -> UInt64 { self / divisor + (self % divisor == 0 ? 0 : 1) }
}
