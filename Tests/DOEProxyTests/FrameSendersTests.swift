import Testing

@testable import DOEProxy

@Suite("Who sent a frame")
struct FrameSendersTests {
    @Test("one piece of somebody else's, wherever it is, and the frame is not the connector's", arguments: 0..<16)
    func pieces(pattern: Int) {
        var senders = FrameSenders()
        let pieces = (0..<4).map { pattern >> $0 & 1 == 0 }
        for (index, isConnectors) in pieces.enumerated() {
            senders.came(fromConnector: isConnectors, insideFrame: index > 0)
        }
        #expect(senders.isConnectorsAlone == pieces.allSatisfy(\.self))
    }

    @Test("the next frame is judged by itself: by the rest of the read that ended the last one, or by new reads")
    func nextFrame() {
        var senders = FrameSenders()
        senders.came(fromConnector: false, insideFrame: false)
        senders.came(fromConnector: true, insideFrame: true)
        #expect(!senders.isConnectorsAlone)
        senders.frameEnded()
        #expect(senders.isConnectorsAlone)
        senders.came(fromConnector: false, insideFrame: true)
        senders.frameEnded()
        #expect(!senders.isConnectorsAlone)
        senders.came(fromConnector: true, insideFrame: false)
        #expect(senders.isConnectorsAlone)
    }
}
