/// What becomes of each attempt in each room. `-`: as where nothing stops it. `?`: that is for the host's settings to
/// say. Several answers may stand beside one another, for what several parts of the kernel refuse.
enum ExpectedAttempts {
    static let rooms = ["superfluous", "daemon", "tcp", "broker", "files", "privileges", "whole"]

    static let table = """
        | attempt | superfluous | daemon | tcp | broker | files | privileges | whole |
        | bpf: load a program | - | EPERM | EPERM | - | - | ? | EPERM |
        | bpf: load a program, more above the command | - | EPERM | EPERM | - | - | ? | EPERM |
        | bpf: a map by its number | EPERM | EPERM | EPERM | - | - | ? | EPERM |
        | bpf: freeze a map | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | bpf: attach | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | perf_event_open | - | EPERM | EPERM | - | - | ? | EPERM |
        | fanotify_init | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | chmod: set-user-ID | - | EPERM | EPERM | EPERM | - | - | EPERM |
        | openat2 | - | ENOSYS | ENOSYS | - | EACCES | - | ENOSYS |
        | open_by_handle_at | - | EPERM | EPERM | - | - | ? | EPERM |
        | io_uring_setup | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | io_setup | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | userfaultfd | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | keyctl | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | add_key | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | unshare | EPERM | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | unshare: users | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | setns | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | mount | EPERM | EPERM | EPERM | EPERM | ? | ? | EPERM |
        | umount2 | EPERM | EPERM | EPERM | EPERM | ? | ? | EPERM |
        | fsopen | EPERM | EPERM | EPERM | EPERM | ? | EPERM | EPERM |
        | open_tree | EPERM | EPERM | EPERM | EPERM | ? | ? | EPERM |
        | pivot_root | SIGSYS | SIGSYS | SIGSYS | SIGSYS | ? | EPERM | SIGSYS |
        | chroot | EPERM | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | init_module | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | finit_module | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | delete_module | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | kexec_load | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | reboot | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | swapon | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | EPERM | SIGSYS |
        | ptrace | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | ? | SIGSYS |
        | process_vm_writev | SIGSYS | SIGSYS | SIGSYS | SIGSYS | EPERM | EPERM | SIGSYS |
        | pidfd_getfd | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | clock_settime | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | sethostname | EPERM | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | syslog | EPERM | EPERM | EPERM | EPERM | - | ? | EPERM |
        | personality | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | ioctl: type a key | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | a call of the future | ENOSYS | ENOSYS | ENOSYS | ENOSYS | - | - | ENOSYS |
        | clone3 | ENOSYS | ENOSYS | ENOSYS | ENOSYS | - | - | ENOSYS |
        | clone: a process | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | clone: a process in a namespace | EPERM | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | execve | EPERM | EPERM | EPERM | EPERM | EACCES | - | EPERM |
        | execveat | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | mmap: writable and to be run | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | mprotect: to be run | EPERM | EPERM | EPERM | EPERM | - | - | EPERM |
        | socket: AF_INET | - | EAFNOSUPPORT | - | EAFNOSUPPORT | - | - | EAFNOSUPPORT |
        | socket: AF_INET, more above the family | - | EAFNOSUPPORT | - | EAFNOSUPPORT | - | - | EAFNOSUPPORT |
        | socket: AF_INET6 | - | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | - | - | EAFNOSUPPORT |
        | socket: AF_PACKET | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | - | EPERM | EAFNOSUPPORT |
        | socket: AF_ALG | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | - | - | EAFNOSUPPORT |
        | socketpair: AF_INET | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | EAFNOSUPPORT | - | - | EAFNOSUPPORT |
        | setresuid: root | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | setresgid: root | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | setgroups: root | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | kill: root's process | - | EPERM | EPERM | EPERM | EPERM | EPERM | EPERM |
        | prlimit: root's process | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | prctl: dumpable | - | EPERM | EPERM | EPERM | - | - | EPERM |
        | prctl: keep capabilities | - | EPERM | EPERM | EPERM | - | EPERM | EPERM |
        | a call of 32 bits | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | - | SIGSYS |
        | a call of x32 | SIGSYS | SIGSYS | SIGSYS | SIGSYS | - | - | SIGSYS |
        | write root's file | - | - | - | - | EACCES | EACCES | EACCES |
        | write anybody's file | - | - | - | - | EACCES | - | EACCES |
        | append to anybody's file | - | - | - | - | EACCES | - | EACCES |
        | read what no rule names | - | - | - | - | EACCES | - | EACCES |
        | list what no rule names | - | - | - | - | EACCES | - | EACCES |
        | write what may be read | - | - | - | - | EACCES | - | EACCES |
        | write through a link | - | EPERM | EPERM | EPERM | EACCES | - | EPERM |
        | truncate outside | - | EPERM | EPERM | EPERM | EACCES | - | EPERM |
        | make a file outside | - | - | - | - | EACCES | - | EACCES |
        | make a directory outside | - | - | - | - | EACCES | - | EACCES |
        | remove a file outside | - | - | - | EPERM | EACCES | - | EACCES |
        | move a file in | - | - | - | EPERM | EACCES | - | EACCES |
        | move a file out | - | - | - | EPERM | EACCES | - | EACCES |
        | link a file out | - | EPERM | EPERM | EPERM | EACCES | - | EPERM |
        | make a device | EPERM | EPERM | EPERM | EPERM | EACCES | EPERM | EPERM |
        | memory of root's process | - | - | - | - | EACCES | EACCES | EACCES |
        | kprobe_events | - | - | - | - | EACCES | EACCES | EACCES |
        | /proc/kcore | - | - | - | - | - | EACCES EPERM | EACCES EPERM |
        | /proc/sysrq-trigger | - | - | - | - | EACCES | EACCES | EACCES |
        | start a setuid program | EPERM | EPERM | EPERM | EPERM | EACCES | EACCES | EPERM |
        | listen over TCP | - | EAFNOSUPPORT | - | EAFNOSUPPORT | EACCES | - | EAFNOSUPPORT |
        | an abstract socket of another's | - | - | - | - | EPERM | - | EPERM |
        """

    /// Attempt and room to answers.
    static let answers: [String: [String: [String]]] = {
        var answers: [String: [String: [String]]] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "|").map { cell in cell.split(separator: " ").map(String.init) }
            let words = cells.filter { !$0.isEmpty }
            guard words.count == rooms.count + 1 else { continue }
            answers[words[0].joined(separator: " ")] = Dictionary(uniqueKeysWithValues: zip(rooms, words.dropFirst()))
        }
        return answers
    }()

    /// What the daemon does all day has this answer in every room.
    static let daily: [String: String] = [
        "keep files": "done", "read files": "done", "serve a client": "done", "pass a descriptor": "done",
        "hear of devices": "done", "threads": "done", "wait for many": "done", "memory": "done",
        "time and limits": "done",
        "look at itself": "done", "hold a process": "done", "random bytes": "done", "look into a map": "done",
        "ask the name service": "done", "abort": "SIGABRT",
    ]

    /// The broker keeps no files of its own, syncs none, and nobody connects to it by a path.
    static let refusedToBroker: Set = ["keep files", "read files", "serve a client"]

    /// What older versions of Landlock know nothing of, by the words in which the product says so.
    static let sinceLaterLandlock: [String: String] = [
        "truncate outside": "truncating", "listen over TCP": "TCP", "kill: root's process": "signals",
        "an abstract socket of another's": "abstract sockets",
    ]
}
