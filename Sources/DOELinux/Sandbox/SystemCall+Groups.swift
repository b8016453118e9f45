/// Calls that go together. A machine has some of a group: x86-64 has `open`, others `openat` alone.
extension SystemCall {
    /// Nothing that serves clients or opens files asks for these, and no library falls back from them: who makes one in
    /// our place wants another process, the kernel, or the machine.
    static let neverHonest: [SystemCall] = [
        "ptrace", "process_vm_readv", "process_vm_writev", "kexec_load", "kexec_file_load", "init_module",
        "finit_module", "delete_module", "reboot", "swapon", "swapoff", "pivot_root", "iopl", "ioperm",
    ]

    /// Other programs in place of this one, or beside it.
    static let programs: [SystemCall] = ["execve", "execveat", "fork", "vfork"]

    /// Ways around a filter, or around what the kernel checks call by call: io_uring and the older asynchronous I/O do
    /// what they are told without a call; userfaultfd holds the kernel up in the middle of one, which is how races in
    /// it are won; two make memory that can be run beside mmap(2) and mprotect(2), which are judged by their
    /// arguments.
    static let detours: [SystemCall] = [
        "io_uring_setup", "io_uring_enter", "io_uring_register", "io_setup", "io_submit", "io_getevents",
        "io_pgetevents", "io_cancel", "io_destroy", "userfaultfd", "vmsplice", "remap_file_pages", "memfd_secret",
        "modify_ldt", "personality", "pkey_mprotect", "shmat",
    ]

    /// Namespaces, mounts and roots.
    static let namespaces: [SystemCall] = [
        "unshare", "setns", "chroot", "mount", "umount2", "move_mount", "open_tree", "open_tree_attr", "fsopen",
        "fsconfig", "fsmount", "fspick", "mount_setattr",
    ]

    /// The kernel's keys.
    static let keys: [SystemCall] = ["add_key", "request_key", "keyctl"]

    /// Other processes' memory and descriptors, and where their pages lie.
    static let otherProcesses: [SystemCall] = [
        "pidfd_getfd", "kcmp", "process_madvise", "process_mrelease", "move_pages", "migrate_pages",
    ]

    /// What is the host's: clocks, names, quotas, accounting, its consoles, old interfaces that nobody looks after.
    static let hostSettings: [SystemCall] = [
        "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "acct",
        "quotactl", "quotactl_fd", "syslog", "vhangup", "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs",
        "_sysctl", "mknod", "mknodat",
    ]

    /// Memory, but for what is judged by its arguments.
    static let memory: [SystemCall] = ["brk", "munmap", "mremap", "madvise", "membarrier", "mseal"]

    /// Threads and signals of this process.
    static let threads: [SystemCall] = [
        "exit", "exit_group", "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address",
        "sched_yield", "sched_getaffinity", "sched_setaffinity", "getcpu", "gettid", "rt_sigaction", "rt_sigprocmask",
        "rt_sigreturn", "rt_sigtimedwait", "sigaltstack", "restart_syscall", "uretprobe",
        // abort(3), raise(3).
        "tgkill",
    ]

    /// What the time is, and waiting for it.
    static let time: [SystemCall] = [
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "timerfd_create",
        "timerfd_settime", "timerfd_gettime",
    ]

    /// What can be done with a file that is open; ioctl apart.
    static let openFiles: [SystemCall] = [
        "read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "close", "close_range", "fstat",
        "fstatfs", "fadvise64", "flock", "fcntl", "dup", "dup2", "dup3", "getdents64", "pipe2", "pipe",
    ]

    /// Looking for files, and opening them: for writing too, which is for the file's mode and Landlock to judge.
    static let findingFiles: [SystemCall] = [
        "open", "openat", "openat2", "stat", "lstat", "newfstatat", "statx", "statfs", "access", "faccessat",
        "faccessat2", "readlink", "readlinkat", "getcwd",
    ]

    /// Keeping files of one's own.
    static let keepingFiles: [SystemCall] = [
        "ftruncate", "fallocate", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat",
        "rmdir", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown",
        "fchownat", "umask", "memfd_create",
    ]

    /// Sockets that are there; making one is judged by its family.
    static let sockets: [SystemCall] = [
        "connect", "bind", "listen", "accept", "accept4", "getsockname", "getpeername", "getsockopt", "setsockopt",
        "sendto", "recvfrom", "sendmsg", "recvmsg", "shutdown",
    ]

    /// Waiting for many things.
    static let waiting: [SystemCall] = [
        "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
        "epoll_pwait2", "eventfd2", "signalfd4", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
    ]

    /// What this process is, and randomness.
    static let ownFacts: [SystemCall] = [
        "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
        "getrusage", "getrlimit", "setrlimit", "sysinfo", "uname", "getrandom", "capget",
    ]
}
