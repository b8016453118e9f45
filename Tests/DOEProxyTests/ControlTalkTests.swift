import DOEControl
import Testing

@testable import DOEProxy

@Suite("The talk with one client of the control socket")
struct ControlTalkTests {
    /// One talk with all that can still happen to it.
    private struct World {
        var talk = ControlTalk()
        /// What is still to come.
        var pieces: [[UInt8]]
        /// Which of the pieces, counted from 0, who connected has not sent.
        var strangers: Set<Int> = []
        private var taken = 0
        /// Of each call that was begun, whether it is the connector's.
        var connectors: [Bool] = []
        var begun: [[UInt8]] = []
        var answers: [[UInt8]] = []

        init(pieces: [[UInt8]], strangers: Set<Int> = []) {
            self.pieces = pieces
            self.strangers = strangers
        }

        /// What may happen next, each in a world of its own.
        func steps() -> [World] {
            var worlds: [World] = []
            if talk.wantsBytes, let piece = pieces.first {
                var next = self
                next.pieces.removeFirst()
                next.talk.received(piece, fromConnector: !strangers.contains(taken))
                next.taken += 1
                worlds.append(next)
            }
            if talk.canProceed {
                var next = self
                next.take(next.talk.proceed())
                worlds.append(next)
            }
            if talk.isUnderWay, let call = begun.last {
                var next = self
                // The call is its answer; "end" is none.
                next.take(next.talk.answered(call == Array("end".utf8) ? .ends([]) : .goesOn(call)))
                worlds.append(next)
            }
            return worlds
        }

        private mutating func take(_ action: ControlTalk.Action?) {
            switch action {
            case .carryOut(let call, let isConnectors):
                begun.append(call)
                connectors.append(isConnectors)
            case .send(let bytes): answers.append(bytes)
            case nil: break
            }
        }
    }

    /// Walks through every order of what can happen, and returns the worlds in which nothing can.
    private func ends(of world: World, _ check: (World) -> Void) -> [World] {
        var (ends, waiting, count) = ([World](), [world], 0)
        while let world = waiting.popLast() {
            check(world)
            count += 1
            let next = world.steps()
            if next.isEmpty { ends.append(world) } else { waiting += next }
        }
        #expect(count > 1)
        return ends
    }

    private static let calls = ["a", "bc", "", "d"].map { Array($0.utf8) }

    @Test("in whatever order things happen, each call is begun once, in its turn, and answered; nothing stands still")
    func everyOrder() {
        let stream: [UInt8] = Self.calls.flatMap { $0 + [0] }
        // Every way to cut the stream into pieces.
        for cuts in 0..<(1 << (stream.count - 1)) {
            var pieces: [[UInt8]] = [[]]
            for (index, byte) in stream.enumerated() {
                pieces[pieces.count - 1].append(byte)
                if cuts >> index & 1 == 1, index + 1 < stream.count { pieces.append([]) }
            }
            let ends = ends(of: World(pieces: pieces)) { world in
                #expect(world.begun.count - world.answers.count == (world.talk.isUnderWay ? 1 : 0))
                #expect(Self.calls.starts(with: world.begun))
                // Somebody has to come next: the client, the loop, or whoever answers.
                #expect(
                    [world.talk.wantsBytes, world.talk.canProceed, world.talk.isUnderWay].count { $0 } == 1)
            }
            for end in ends { #expect(end.answers == Self.calls && end.pieces.isEmpty) }
        }
    }

    @Test("a call of which somebody else has sent a byte is nobody's, and no other one is, whatever comes first")
    func senders() {
        let stream: [UInt8] = Array("ab\0c\0".utf8)
        for cuts in 0..<(1 << (stream.count - 1)) {
            // The piece that each byte comes in, and the call that it belongs to.
            let pieceOfByte = stream.indices.map { ((1 << $0) - 1 & cuts).nonzeroBitCount }
            let callOfByte = [0, 0, 0, 1, 1]
            let pieces = (0...pieceOfByte[stream.count - 1]).map { piece in
                stream.indices.filter { pieceOfByte[$0] == piece }.map { stream[$0] }
            }
            for pattern in 0..<(1 << pieces.count) {
                let strangers = Set(pieces.indices.filter { pattern >> $0 & 1 == 1 })
                let expected = [0, 1].map { call in
                    stream.indices.allSatisfy { callOfByte[$0] != call || !strangers.contains(pieceOfByte[$0]) }
                }
                for end in ends(of: World(pieces: pieces, strangers: strangers), { _ in }) {
                    #expect(end.connectors == expected, "\(pieces) \(strangers)")
                }
            }
        }
    }

    @Test("what is no call ends the talk after everything before it was answered, and nothing after it is begun")
    func noCall() {
        let pieces = [Array("a\0end\0b\0".utf8), Array("c\0".utf8)]
        for end in ends(of: World(pieces: pieces), { _ in }) {
            #expect(end.begun == ["a", "end"].map { Array($0.utf8) } && end.talk.isEnding)
            #expect(!end.talk.wantsBytes && !end.talk.canProceed && !end.talk.isUnderWay)
        }
    }

    @Test("what is too long is told so, after everything before it was answered")
    func tooLong() throws {
        let stream = Array("a\0b\0".utf8) + [UInt8](repeating: 0x20, count: CallBounds.byteLimit + 1)
        for size in [1_000, 4_096, 16_384] {
            let pieces = stride(from: 0, to: stream.count, by: size).map {
                Array(stream[$0..<min($0 + size, stream.count)])
            }
            for end in ends(of: World(pieces: pieces), { _ in }) {
                #expect(end.answers.count == 3 && end.begun.count == 2 && end.talk.isEnding)
                let last = try #require(end.answers.last)
                #expect(last.last == 0)
                let said = String(decoding: last, as: UTF8.self)
                #expect(said.contains("LimitExceeded") && said.contains("call-size") && said.contains("8192 bytes"))
            }
        }
    }

    @Test("when the server stops, what is under way has its answer, and nothing else is begun")
    func ending() {
        var talk = ControlTalk()
        talk.received(Array("a\0b\0".utf8), fromConnector: true)
        #expect(talk.proceed() == .carryOut([0x61], isConnectors: true))
        talk.end()
        #expect(talk.isUnderWay && !talk.canProceed && !talk.wantsBytes)
        #expect(talk.answered(.goesOn([1])) == .send([1]))
        #expect(!talk.canProceed && !talk.wantsBytes && talk.proceed() == nil)
    }
}
