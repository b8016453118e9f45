import Testing

@testable import DOELinux

struct ProcessorsTests {
    @Test("lists of processors as the kernel writes them, and what is none")
    func lists() {
        #expect(Processors.numbers(of: "0") == [0])
        #expect(Processors.numbers(of: "0-3,8,10-11") == [0, 1, 2, 3, 8, 10, 11])
        for text in ["", "(null)", "-", "3-1", "1-2-3", "0-99999999999", "a-b"] {
            #expect(Processors.numbers(of: text).isEmpty, "\(text)")
        }
    }

    @Test("this host has processors, and those that run are possible")
    func here() {
        #expect(!Processors.online.isEmpty)
        #expect(Set(Processors.online).isSubset(of: Processors.possible))
    }

    @Test("a thread moved to a processor runs there")
    func pinning() throws {
        let thread = try WorkerThread(name: "pinned") {
            for processor in Processors.online {
                guard OwnThread.move(OwnThread.number, to: processor) else { continue }
                #expect(OwnThread.processor == processor)
            }
        }
        thread.join()
    }
}
