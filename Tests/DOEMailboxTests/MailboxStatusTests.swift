import DOEMailbox
import Testing

@Suite("The status register")
struct MailboxStatusTests {
    @Test("names its bits")
    func names() {
        #expect("\(MailboxStatus(rawValue: 0))" == "0x00000000 (free)")
        #expect("\(MailboxStatus([.busy, .dataObjectReady]))" == "0x80000001 (busy, data object ready)")
        #expect("\(MailboxStatus([.error, .interrupt]))" == "0x00000006 (interrupt, error)")
        #expect("\(MailboxStatus(rawValue: 0x18))" == "0x00000018 (asynchronous message, at attention)")
    }

    @Test("is free without busy, error and ready, whatever else is set")
    func free() {
        #expect(MailboxStatus(rawValue: 0).isFree)
        for bit in [MailboxStatus.interrupt, .asyncMessage, .atAttention] { #expect(bit.isFree) }
        for bit in [MailboxStatus.busy, .error, .dataObjectReady] { #expect(!bit.isFree) }
        #expect(!MailboxStatus(rawValue: .max).isFree)
        #expect(MailboxStatus(rawValue: .max).isAllOnes)
    }
}
