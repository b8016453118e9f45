import DOELinux
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DOETrace
@testable import DOEWitness

@Suite("The process book")
struct ProcessBookTests {
    private let processes = MadeUpProcesses()
    private let book: ProcessBook

    init() {
        processes.start(1, exe: "/usr/bin/doe-auditd")
        processes.pass(1_000_000)
        book = ProcessBook(of: processes, own: 1)
    }

    private var now: UInt64 { processes.now.monotonic }

    private func words(_ thread: Int32, at time: UInt64) -> String { book.owner(of: thread, at: time).words }

    @Test("knows who opened and is gone when his writes are read")
    func shortLived() {
        let life = processes.start(467)
        book.opened(by: 467, life: life)
        processes.pass(1_000)
        let write = now
        processes.end(467)
        processes.pass(400_000)
        let client = book.client(of: 467, at: write)
        #expect(client.exe == .known("/usr/bin/setpci") && client.pid == .known(467) && client.uid == .known(1_000))
        #expect(client.via == Fact.none && client.groups == .known([5]) && client.unit == .none)
        #expect(words(467, at: write) == "/usr/bin/setpci[467]")
    }

    /// What the kernel says, and where he stands.
    private func tell(_ writer: Writer, wrote: UInt64? = nil) {
        book.told(writer, wrote: wrote)
        book.learnPlaces()
    }

    private func writer(_ program: String, thread: Int32 = 467, at time: UInt64) -> Writer {
        Writer(
            time: time * 1000, thread: thread, process: 467, started: 3_000_000, uid: 7, gid: 8, login: .max,
            session: .max, parent: 1, parentCommand: "init", controlGroup: 1,
            program: HostFiles.File(names: [program], device: 1, inode: 1))
    }

    @Test("knows who wrote from the kernel, who was never there to be looked at")
    func toldByTheKernel() {
        let time = now
        processes.pass(2_000_000)
        // The probe may have run just before, and the same one goes on.
        tell(writer("setpci", at: time))
        tell(writer("setpci", at: time + 200_000))
        #expect(book.count == 1 && processes.lookUps == 1)
        for write in [time - 9_000, time, time + 400_000] { #expect(words(467, at: write) == "setpci[467]") }
        #expect(words(467, at: time - 11_000) == "pid 467" && words(467, at: time + 500_000) == "pid 467")
    }

    @Test("blames nobody for what his thread did under the program before")
    func toldOfAnotherProgram() {
        let time = now
        processes.pass(2_000_000)
        tell(writer("first", at: time))
        tell(writer("second", at: time + 2_000))
        #expect(words(467, at: time) == "first[467]" && words(467, at: time + 1) == "second[467]")
        #expect(words(467, at: time - 5_000) == "first[467]" && words(467, at: time + 2_000) == "second[467]")
    }

    @Test("of one who was looked up as he ended, what the kernel told later is the better answer")
    func toldTooLate() {
        let life = MadeUpProcesses.Life()
        let started = processes.now.boottime
        processes.start(467, life: life)
        processes.pass(50_000)
        life.end()
        let write = now
        processes.pass(100)
        let lookedUp = book.client(of: 467, at: write)
        #expect(lookedUp.uid == .known(1_000) && lookedUp.exe == .unknown)
        let told = Writer(
            time: (write + 40) * 1000, thread: 467, process: 467, started: started * 1000, uid: 1_000, gid: 5,
            login: .max, session: .max, parent: 1, parentCommand: "init", controlGroup: 1,
            program: HostFiles.File(names: ["setpci"], device: 1, inode: 1))
        tell(told)
        #expect(words(467, at: write) == "setpci[467]")
    }

    @Test(
        "who was interrupted between his write and the program that tells is named for that write, however long it was")
    func toldAfterAPause() {
        let time = now
        processes.pass(2_000_000)
        tell(writer("setpci", at: time + 900_000), wrote: time * 1000)
        #expect(words(467, at: time) == "setpci[467]" && words(467, at: time - 11_000) == "pid 467")
        // It may be known only when it is told once more; and nobody is blamed for what his thread did before.
        tell(writer("other", at: time + 1_900_000))
        tell(writer("other", at: time + 1_900_000), wrote: (time + 1_000_000) * 1000)
        #expect(words(467, at: time + 1_000_000) == "other[467]" && words(467, at: time + 900_000) == "setpci[467]")
        tell(writer("other", at: time + 1_900_000), wrote: time * 1000)
        #expect(words(467, at: time) == "setpci[467]")
    }

    @Test("of one who is looked up as he ends, what the kernel had told of him stays")
    func toldBefore() {
        let life = MadeUpProcesses.Life()
        let started = processes.now.boottime
        processes.start(467, life: life)
        processes.pass(1_000_000)
        let write = now
        let told = Writer(
            time: (write + 50_000) * 1000, thread: 467, process: 467, started: started * 1000, uid: 1_000, gid: 5,
            login: .max, session: .max, parent: 1, parentCommand: "init", controlGroup: 1,
            program: HostFiles.File(names: ["setpci"], device: 1, inode: 1))
        processes.pass(60_000)
        tell(told)
        life.end()
        // A write that was traced a while before, as far as the book knows before whatever he ran.
        #expect(book.client(of: 467, at: write).exe == .unknown)
        #expect(words(467, at: write + 50_000) == "setpci[467]")
    }

    @Test("where he stands of whom it is told is asked for later, once, and is his from then on")
    func placeIsLearned() {
        let time = now
        processes.pass(2_000_000)
        book.told(writer("setpci", at: time))
        #expect(processes.lookUps == 0 && book.awaitsPlace(of: 467, at: time))
        let before = book.client(of: 467, at: time)
        #expect(before.exe == .unknown && before.unit == .unknown && before.uid == .known(7))
        #expect(before.parent == .known("1 init") && before.loginUID == Fact.none)
        #expect(book.ownerSoFar(of: 467, at: time).words(calling: "setpci") == "'setpci'[467]")
        book.learnPlaces()
        book.learnPlaces()
        book.told(writer("setpci", at: time + 100))
        book.learnPlaces()
        #expect(processes.lookUps == 1 && book.count == 1 && !book.awaitsPlace(of: 467, at: time))
        let after = book.client(of: 467, at: time)
        #expect(after.exe == .known("setpci") && after.unit == .known("1.service") && after.uid == .known(7))
    }

    @Test("two programs of one thread are told apart before anybody knows their names")
    func placesOfTwo() {
        let time = now
        processes.pass(2_000_000)
        book.told(writer("first", at: time))
        book.told(writer("second", at: time + 2_000))
        #expect(book.count == 2)
        book.learnPlaces()
        #expect(words(467, at: time) == "first[467]" && words(467, at: time + 2_000) == "second[467]")
    }

    @Test("where nobody answers the others are not asked for, and all are the next time")
    func silence() {
        let time = now
        processes.pass(2_000_000)
        for thread in Int32(500)..<510 { book.told(writer("setpci", thread: thread, at: time)) }
        processes.fallSilent(true)
        book.learnPlaces()
        #expect(processes.lookUps == 1 && book.awaitsPlace(of: 500, at: time) && book.awaitsPlace(of: 509, at: time))
        processes.fallSilent(false)
        book.learnPlaces()
        #expect(processes.lookUps == 11)
        for thread in Int32(500)..<510 { #expect(words(thread, at: time) == "setpci[467]") }
    }

    @Test("he for whom nobody answers keeps the others waiting once, and is asked for last from then on")
    func stuck() {
        let time = now
        processes.pass(2_000_000)
        for thread in Int32(500)..<503 { book.told(writer("setpci", thread: thread, at: time)) }
        processes.stick(at: 500)
        book.learnPlaces()
        #expect(processes.lookUps == 1 && book.awaitsPlace(of: 501, at: time))
        book.learnPlaces()
        #expect(processes.lookUps == 4 && book.awaitsPlace(of: 500, at: time))
        for thread in Int32(501)..<503 { #expect(words(thread, at: time) == "setpci[467]") }
        // Who comes later is asked for before him.
        book.told(writer("setpci", thread: 503, at: time))
        book.learnPlaces()
        #expect(processes.lookUps == 6 && words(503, at: time) == "setpci[467]")
    }

    @Test("a thread that must not wait is told what is known, and nobody is asked for more")
    func soFar() {
        processes.start(467)
        processes.start(9, isKernel: true)
        processes.start(2, of: 1)
        processes.pass(2 * ThreadStatus.tick)
        let (time, asked) = (now, processes.factsAsked)
        let known = book.ownerSoFar(of: 467, at: time)
        #expect(known.words(calling: "setpci") == "'setpci'[467]" && known.client.uid == .known(1_000))
        #expect(book.ownerSoFar(of: 9, at: time) == .kernel)
        #expect(book.ownerSoFar(of: 2, at: time).words == "doe-auditd itself, pid 1")
        #expect(book.ownerSoFar(of: 468, at: time).words == "pid 468")
        #expect(processes.factsAsked == asked && book.count == 0)
        // Nor is anybody blamed who came after.
        #expect(book.ownerSoFar(of: 467, at: time - 10 * ThreadStatus.tick).client.uid == .unknown)
        // The witness' own thread finds out, and from then on it is known.
        _ = book.owner(of: 467, at: time)
        #expect(book.ownerSoFar(of: 467, at: time).words == "/usr/bin/setpci[467]")
    }

    @Test("while somebody is looked up nobody waits who tells of another one, or asks for him")
    func notHeldUp() {
        let life = processes.start(467)
        processes.pass(2 * ThreadStatus.tick)
        let told = writer("setpci", thread: 500, at: now)
        let waited = Mutex(0)
        let went = Mutex(0)
        processes.meanwhile { [book] in
            let thread = try? WorkerThread(name: "test-mailbox") {
                book.told(told)
                _ = book.ownerSoFar(of: 500, at: told.time / 1000)
            }
            if thread?.join(withinMicroseconds: 5_000_000) == true {
                went.withLock { $0 += 1 }
            } else {
                waited.withLock { $0 += 1 }
            }
        }
        _ = book.owner(of: 467, at: now)
        book.opened(by: 467, life: life)
        processes.meanwhile(nil)
        #expect(went.withLock { $0 } == 2 && waited.withLock { $0 } == 0)
    }

    @Test("who was told of while he was looked up is who the kernel said")
    func toldMeanwhile() {
        processes.start(467, exe: "/bin/before")
        processes.pass(2 * ThreadStatus.tick)
        let time = now
        let told = writer("setpci", at: time)
        processes.meanwhile { [book] in book.told(told) }
        _ = book.owner(of: 467, at: time)
        processes.meanwhile(nil)
        book.learnPlaces()
        #expect(words(467, at: time) == "setpci[467]")
    }

    @Test("is not told who this daemon is")
    func toldOfItself() {
        let itself = Writer(
            time: now * 1000, thread: 1, process: 1, started: 0, uid: 0, gid: 0, login: .max, session: .max, parent: 0,
            parentCommand: "", controlGroup: 1, program: nil)
        tell(itself)
        #expect(book.count == 0)
    }

    @Test("does not blame him for what was written under his number long after he was seen")
    func longAfter() {
        let life = processes.start(467)
        book.opened(by: 467, life: life)
        let seen = now
        processes.end(467)
        processes.pass(ProcessBook.grace + 1)
        #expect(words(467, at: seen + ProcessBook.grace) == "/usr/bin/setpci[467]")
        #expect(words(467, at: seen + ProcessBook.grace + 1) == "pid 467")
        #expect(book.client(of: 467, at: now) == Client(via: .none, pid: .known(467)))
    }

    @Test("tells the next owner of a number from the one before, by the time of the write")
    func nextOwner() {
        let first = processes.start(467, exe: "/bin/first")
        book.opened(by: 467, life: first)
        processes.pass(1_000)
        let early = now
        processes.end(467)
        processes.pass(2_000_000)
        let second = processes.start(467, exe: "/bin/second")
        book.opened(by: 467, life: second)
        processes.pass(50_000)
        #expect(words(467, at: early) == "/bin/first[467]")
        #expect(words(467, at: now) == "/bin/second[467]")
        #expect(words(467, at: early + 1_000_000) == "pid 467")
    }

    @Test("knows who opens again by the program that he has then, and what he wrote before by the one before")
    func replaced() {
        let life = processes.start(467, exe: "/bin/sh")
        processes.pass(5_000)
        book.opened(by: 467, life: life)
        let early = now - 1_000
        processes.pass(1_000)
        processes.execute("/usr/bin/setpci", by: 467)
        book.opened(by: 467, life: life)
        processes.pass(1_000)
        #expect(words(467, at: early) == "/bin/sh[467]")
        #expect(words(467, at: now) == "/usr/bin/setpci[467]")
        book.opened(by: 467, life: life)
        #expect(book.count == 2)
    }

    @Test("of one who ended while he was looked at, what was read before is believed, and nothing after")
    func endedMeanwhile() {
        let life = processes.start(467)
        let write = now
        processes.meanwhile { [processes] in
            processes.end(467)
            processes.start(467, exe: "/bin/innocent")
        }
        book.opened(by: 467, life: life)
        processes.meanwhile(nil)
        #expect(words(467, at: write) == "/usr/bin/setpci[467]")
        #expect(book.client(of: 467, at: write).uid == .known(1_000))
        #expect(book.client(of: 467, at: write).unit == .unknown)
    }

    @Test("believes nobody by the number alone, and holds nobody who has gone")
    func numberAlone() {
        processes.start(467)
        book.opened(by: 467, life: nil)
        let gone = MadeUpProcesses.Life()
        gone.end()
        book.opened(by: 467, life: gone)
        // So he is looked up, and he may have come in the tick of the write.
        #expect(book.client(of: 467, at: now) == Client(via: .none, pid: .known(467)))
    }

    @Test("looks up who did not open, and believes him if he was there before the write")
    func lookedUp() {
        processes.start(467)
        processes.pass(2 * ThreadStatus.tick)
        let write = now
        #expect(words(467, at: write) == "/usr/bin/setpci[467]")
        let looks = processes.looks
        for _ in 0..<100 { _ = book.owner(of: 467, at: write) }
        #expect(processes.looks == looks)

        processes.pass(2 * ThreadStatus.tick)
        processes.end(467)
        let last = now
        processes.start(467, exe: "/bin/innocent")
        #expect(words(467, at: last) == "/usr/bin/setpci[467]")
    }

    @Test("a write from before he was there is not his")
    func tooYoung() {
        processes.pass(3 * ThreadStatus.tick)
        let write = now
        processes.pass(ThreadStatus.tick)
        processes.start(467, exe: "/bin/innocent")
        processes.pass(1_000_000)
        #expect(words(467, at: write) == "pid 467")
        #expect(words(467, at: now) == "/bin/innocent[467]")
    }

    @Test("a host that slept makes nobody older than he is")
    func suspended() {
        processes.pass(3 * ThreadStatus.tick)
        let write = now
        processes.end(467)
        processes.pass(100)
        processes.start(467, exe: "/bin/innocent")
        processes.sleep(60_000_000)
        processes.pass(3 * ThreadStatus.tick)
        #expect(words(467, at: write) == "pid 467")
    }

    @Test("a thread that is not the first is its process's, as long as it is the same thread")
    func threads() {
        processes.start(467, exe: "/bin/many")
        processes.pass(1_000_000)
        processes.start(470, of: 467)
        processes.pass(1_000_000)
        let early = now
        #expect(words(470, at: early) == "/bin/many[467]")
        processes.end(470)
        processes.pass(1_000_000)
        processes.start(470, exe: "/bin/innocent")
        processes.pass(1_000_000)
        #expect(words(470, at: now) == "/bin/innocent[470]")
        #expect(words(470, at: early) == "/bin/many[467]")
    }

    @Test("the kernel's threads are nobody's, and the daemon's its own")
    func kernelAndOwn() {
        processes.start(9, isKernel: true)
        processes.start(2, of: 1)
        processes.pass(1_000_000)
        #expect(book.owner(of: 9, at: now) == .kernel)
        #expect(words(9, at: now) == "the kernel")
        let none = book.client(of: 9, at: now)
        #expect(none.pid == Fact.none && none.uid == Fact.none && none.exe == Fact.none && none.via == Fact.none)
        #expect(none.parent == Fact.none && none.container == Fact.none && none.groups == Fact.none)
        guard case .daemon(let client) = book.owner(of: 2, at: now) else {
            Issue.record("not the daemon")
            return
        }
        #expect(client.exe == .known("/usr/bin/doe-auditd") && client.pid == .known(1))
        #expect(words(2, at: now) == "doe-auditd itself, pid 1")
    }

    @Test("who has gone for a while is forgotten, and who is there is not")
    func forgotten() {
        let lives = [467, 468].map { processes.start($0) }
        for (pid, life) in zip([467, 468], lives) { book.opened(by: Int32(pid), life: life) }
        let write = now
        processes.end(467)
        for _ in 0..<40 {
            processes.pass(1_000_000)
            _ = book.owner(of: 5, at: now)
        }
        #expect(words(467, at: write) == "pid 467")
        processes.end(468)
        #expect(words(468, at: write) == "/usr/bin/setpci[468]")
        #expect(words(468, at: now) == "/usr/bin/setpci[468]")
    }

    @Test("of too many the one who wrote last is kept")
    func crowd() {
        let writer = processes.start(2_000)
        book.opened(by: 2_000, life: writer)
        var lives: [MadeUpProcesses.Life] = []
        for pid in 3_000..<3_000 + Int32(4 * ProcessBook.limit) {
            lives.append(processes.start(pid))
            book.opened(by: pid, life: lives[lives.count - 1])
            processes.pass(1)
            _ = book.owner(of: 2_000, at: now)
        }
        #expect(book.count <= ProcessBook.limit)
        processes.end(2_000)
        #expect(words(2_000, at: now) == "/usr/bin/setpci[2000]")
    }
}

/// The same with this host's own processes.
@Suite("The process book of this host")
struct HostProcessBookTests {
    @Test("knows a child that opened and ended, by the notice of its opening")
    func child() throws {
        let book = ProcessBook(own: getpid())
        let child = try SpawnedChild("/bin/sleep", ["600"])
        let held = try #require(HeldProcess(of: child.pid))
        book.opened(by: child.pid, life: held)
        let write = Clocks.monotonicMicroseconds
        child.kill()
        let client = book.client(of: child.pid, at: write)
        #expect(client.exe.value?.isEmpty == false && client.uid == .known(geteuid()))
        #expect(client.parent.value?.hasPrefix("\(getpid()) ") == true)
        #expect(client.pid == .known(child.pid) && client.via == Fact.none)
        #expect(HeldProcess(of: child.pid) == nil)
    }

    @Test("knows one that only opened and ended, by what the kernel told of it")
    func noticed() throws {
        let directory = TemporaryDirectory()
        let path = directory.path + "/config"
        try WholeFile.write([1], to: path, mode: 0o600)
        let notices: OpenNotices
        do {
            notices = try OpenNotices()
            try notices.add(path)
        } catch {
            print("NOT TESTED: \(error)")
            return
        }
        try #require(notices.holdsProcesses == true, "before 5.15 nobody is held")
        let book = ProcessBook(own: getpid())
        let child = try SpawnedChild("/bin/sh", ["-c", "exec 3<\(path); read line"])
        var wait = pollfd(fd: notices.descriptor.number, events: Int16(POLLIN), revents: 0)
        try #require(unsafe poll(&wait, 1, 60_000) == 1)
        for notice in try notices.read() {
            if case .opened(let pid, let process) = notice { book.opened(by: pid, life: process) }
        }
        let write = Clocks.monotonicMicroseconds
        child.end()
        let client = book.client(of: child.pid, at: write)
        #expect(client.exe.value?.hasPrefix("/") == true && client.uid == .known(geteuid()))
    }

    @Test("looks a living child up, and says nothing of one that has gone")
    func lookedUp() throws {
        let book = ProcessBook(own: getpid())
        let living = try SpawnedChild("/bin/sleep", ["600"])
        // Until the clock that says when it was started has moved on.
        usleep(UInt32(2 * ThreadStatus.tick))
        #expect(book.client(of: living.pid, at: Clocks.monotonicMicroseconds).exe.value?.isEmpty == false)
        living.kill()
        let gone = try SpawnedChild("/bin/true")
        gone.end()
        let client = book.client(of: gone.pid, at: Clocks.monotonicMicroseconds)
        #expect(client == Client(via: .none, pid: .known(gone.pid)))
    }

    @Test("knows itself by each of its threads")
    func itself() throws {
        let book = ProcessBook(own: getpid())
        usleep(UInt32(2 * ThreadStatus.tick))
        guard case .daemon(let client) = book.owner(of: OwnThread.number, at: Clocks.monotonicMicroseconds) else {
            Issue.record("not itself")
            return
        }
        #expect(client.pid == .known(getpid()) && client.uid == .known(geteuid()))
    }
}
