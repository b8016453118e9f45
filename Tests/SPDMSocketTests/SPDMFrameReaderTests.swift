import SPDMSocket
import TestSupport
import Testing

@Suite("SPDM frame reader")
struct SPDMFrameReaderTests {
    /// Feeds pieces as they would come from a socket and collects the frames.
    private func read(_ pieces: [[UInt8]], with reader: inout SPDMFrameReader) throws -> [SPDMFrame] {
        var frames: [SPDMFrame] = []
        for piece in pieces {
            var input = piece[...]
            while let frame = try reader.next(from: &input) { frames.append(frame) }
            #expect(input.isEmpty)
        }
        return frames
    }

    private let frames = [
        SPDMFrame(.test, payload: [1, 2, 3]), .refusal, SPDMFrame(.normal, payload: Array(0...255)),
        SPDMFrame(.shutdown, transport: .none),
    ]

    @Test("frames come out however their bytes are cut")
    func everyCut() throws {
        let bytes = frames.flatMap(\.bytes)
        for cut in 0...bytes.count {
            var reader = SPDMFrameReader()
            #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])], with: &reader) == frames)
            #expect(!reader.isInsideFrame)
        }
        var reader = SPDMFrameReader()
        #expect(try read(bytes.map { [$0] }, with: &reader) == frames)
    }

    @Test("random frames in random pieces come out as they went in")
    func randomPieces() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let frames = (0..<Int(generator.next() % 6)).map { _ in
                SPDMFrame(
                    SPDMCommand(rawValue: UInt32(truncatingIfNeeded: generator.next())),
                    transport: SPDMTransport(rawValue: UInt32(truncatingIfNeeded: generator.next())),
                    payload: generator.bytes(Int(generator.next() % 300)))
            }
            var rest = frames.flatMap(\.bytes)[...]
            var pieces: [[UInt8]] = []
            while !rest.isEmpty {
                let count = Int(generator.next() % 40)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            var reader = SPDMFrameReader()
            #expect(try read(pieces, with: &reader) == frames)
        }
    }

    @Test("half a frame is known to be one, from its first byte on", arguments: [1, 11, 12, 14])
    func half(count: Int) throws {
        var reader = SPDMFrameReader()
        #expect(!reader.isInsideFrame)
        #expect(try read([Array(SPDMFrame(.normal, payload: [1, 2, 3]).bytes.prefix(count))], with: &reader).isEmpty)
        #expect(reader.isInsideFrame)
    }

    @Test("the largest payload passes, one byte more is an error with the header's last byte, and stays one")
    func limit() throws {
        let largest = SPDMFrame(.normal, payload: Array(repeating: 5, count: SPDMFrame.maximumPayload))
        var reader = SPDMFrameReader()
        #expect(try read([largest.bytes], with: &reader) == [largest])

        var header = (SPDMFrame(.normal).bytes.prefix(8) + [0, 0x10, 0, 1])[...]
        let last = header.removeLast()
        #expect(try reader.next(from: &header) == nil)
        for _ in 0..<2 {
            var input: ArraySlice<UInt8> = [last]
            let error = #expect(throws: SPDMFrameError.self) { try reader.next(from: &input) }
            #expect(error?.declared == 1 << 20 + 1)
            #expect(error?.limit == 1 << 20)
        }
    }

    @Test(
        "a reader's own limit holds, up to the largest size a header can say", arguments: [9, 0xffff_ffff] as [UInt32])
    func ownLimit(size: UInt32) {
        var reader = SPDMFrameReader(limit: 8)
        let word = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
        var input = (SPDMFrame(.normal).bytes.prefix(8) + word)[...]
        #expect(throws: SPDMFrameError.self) { try reader.next(from: &input) }
    }

    @Test("frames behind the first stay in the input until they are asked for")
    func oneAtATime() throws {
        var reader = SPDMFrameReader()
        var input = (frames[0].bytes + frames[1].bytes)[...]
        #expect(try reader.next(from: &input) == frames[0])
        #expect(Array(input) == frames[1].bytes)
    }
}
