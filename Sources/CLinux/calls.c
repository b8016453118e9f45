/* The numbers of system calls, from the headers of the machine that this is built for. A name that the headers do not know is
 * not there; x86-64 has open and stat, others have openat and newfstatat alone. */
#include "CLinux.h"

#include <asm/unistd.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

/* Older headers lack it. The kernel itself has a program make it, where somebody traces that program's returns (6.11). */
#if defined(__x86_64__) && !defined(__NR_uretprobe)
#define __NR_uretprobe 335
#endif

#define TEXT_OF(macro) #macro
#define TEXT(macro) TEXT_OF(macro)
/* Of a macro that is not defined the text is its own name, which is no number. */
#define CALL(name) {#name, TEXT(__NR_##name)},

static const struct {
    const char *name;
    const char *number;
} calls[] = {
    /* memory */
    CALL(brk) CALL(mmap) CALL(munmap) CALL(mremap) CALL(mprotect) CALL(pkey_mprotect) CALL(madvise) CALL(membarrier)
    CALL(remap_file_pages) CALL(memfd_create) CALL(memfd_secret) CALL(userfaultfd) CALL(mbind) CALL(migrate_pages)
    CALL(move_pages) CALL(set_mempolicy) CALL(get_mempolicy) CALL(process_madvise) CALL(process_mrelease) CALL(shmat)
    CALL(shmget) CALL(shmctl) CALL(shmdt) CALL(mlock) CALL(mlock2) CALL(mlockall) CALL(munlock) CALL(munlockall)
    CALL(map_shadow_stack) CALL(mseal) CALL(set_mempolicy_home_node)
    /* threads and signals */
    CALL(clone) CALL(clone3) CALL(fork) CALL(vfork) CALL(exit) CALL(exit_group) CALL(futex) CALL(futex_waitv)
    CALL(futex_wake) CALL(futex_wait) CALL(futex_requeue) CALL(set_robust_list) CALL(get_robust_list) CALL(rseq)
    CALL(set_tid_address) CALL(sched_yield) CALL(sched_getaffinity) CALL(sched_setaffinity) CALL(sched_setattr)
    CALL(sched_setscheduler) CALL(sched_setparam) CALL(setpriority) CALL(getcpu) CALL(gettid) CALL(tgkill) CALL(tkill)
    CALL(kill) CALL(rt_sigaction) CALL(rt_sigprocmask) CALL(rt_sigreturn) CALL(rt_sigtimedwait) CALL(rt_sigqueueinfo)
    CALL(rt_tgsigqueueinfo) CALL(sigaltstack) CALL(restart_syscall) CALL(uretprobe) CALL(wait4) CALL(waitid)
    CALL(set_thread_area) CALL(get_thread_area) CALL(arch_prctl) CALL(pause) CALL(rt_sigsuspend) CALL(rt_sigpending)
    /* time */
    CALL(clock_gettime) CALL(clock_getres) CALL(clock_nanosleep) CALL(nanosleep) CALL(gettimeofday) CALL(time)
    CALL(timerfd_create) CALL(timerfd_settime) CALL(timerfd_gettime) CALL(clock_settime) CALL(clock_adjtime)
    CALL(settimeofday) CALL(adjtimex)
    /* open files */
    CALL(read) CALL(write) CALL(readv) CALL(writev) CALL(pread64) CALL(pwrite64) CALL(preadv) CALL(pwritev) CALL(preadv2)
    CALL(pwritev2) CALL(lseek) CALL(close) CALL(close_range) CALL(fstat) CALL(fstatfs) CALL(ftruncate) CALL(fallocate)
    CALL(fadvise64) CALL(fsync) CALL(fdatasync) CALL(sync_file_range) CALL(flock) CALL(fcntl) CALL(dup) CALL(dup2)
    CALL(dup3) CALL(ioctl) CALL(fchmod) CALL(fchown) CALL(getdents64) CALL(fchdir) CALL(sendfile) CALL(splice) CALL(tee)
    CALL(vmsplice) CALL(copy_file_range) CALL(syncfs) CALL(sync) CALL(cachestat)
    /* files by name */
    CALL(open) CALL(openat) CALL(openat2) CALL(creat) CALL(stat) CALL(lstat) CALL(newfstatat) CALL(statx) CALL(statfs)
    CALL(access) CALL(faccessat) CALL(faccessat2) CALL(readlink) CALL(readlinkat) CALL(getcwd) CALL(chdir) CALL(truncate)
    CALL(rename) CALL(renameat) CALL(renameat2) CALL(unlink) CALL(unlinkat) CALL(rmdir) CALL(mkdir) CALL(mkdirat)
    CALL(chmod) CALL(fchmodat) CALL(fchmodat2) CALL(chown) CALL(lchown) CALL(fchownat) CALL(umask) CALL(link) CALL(linkat)
    CALL(symlink) CALL(symlinkat) CALL(mknod) CALL(mknodat) CALL(utimensat) CALL(name_to_handle_at)
    CALL(open_by_handle_at) CALL(getxattr) CALL(fgetxattr) CALL(setxattr) CALL(lsetxattr) CALL(fsetxattr)
    CALL(removexattr) CALL(lremovexattr) CALL(fremovexattr) CALL(inotify_init) CALL(inotify_init1)
    CALL(inotify_add_watch) CALL(inotify_rm_watch) CALL(fanotify_init) CALL(fanotify_mark) CALL(setxattrat)
    CALL(getxattrat) CALL(listxattrat) CALL(removexattrat) CALL(file_getattr) CALL(file_setattr)
    /* sockets and waiting */
    CALL(socket) CALL(socketpair) CALL(connect) CALL(bind) CALL(listen) CALL(accept) CALL(accept4) CALL(getsockname)
    CALL(getpeername) CALL(getsockopt) CALL(setsockopt) CALL(sendto) CALL(recvfrom) CALL(sendmsg) CALL(recvmsg)
    CALL(sendmmsg) CALL(recvmmsg) CALL(shutdown) CALL(poll) CALL(ppoll) CALL(select) CALL(pselect6) CALL(epoll_create)
    CALL(epoll_create1) CALL(epoll_ctl) CALL(epoll_wait) CALL(epoll_pwait) CALL(epoll_pwait2) CALL(eventfd)
    CALL(eventfd2) CALL(signalfd) CALL(signalfd4) CALL(pipe) CALL(pipe2)
    CALL(io_uring_setup) CALL(io_uring_enter) CALL(io_uring_register) CALL(io_setup) CALL(io_submit) CALL(io_getevents)
    CALL(io_pgetevents) CALL(io_cancel) CALL(io_destroy)
    CALL(mq_open) CALL(mq_unlink) CALL(mq_notify) CALL(msgget) CALL(msgsnd) CALL(msgrcv) CALL(msgctl) CALL(semget)
    CALL(semop) CALL(semtimedop) CALL(semctl)
    /* this process */
    CALL(getpid) CALL(getppid) CALL(getuid) CALL(geteuid) CALL(getgid) CALL(getegid) CALL(getresuid) CALL(getresgid)
    CALL(getgroups) CALL(getpgid) CALL(getpgrp) CALL(getsid) CALL(getpriority) CALL(getrlimit) CALL(setrlimit)
    CALL(prlimit64) CALL(getrusage) CALL(times) CALL(sysinfo) CALL(uname) CALL(getrandom) CALL(capget) CALL(capset)
    CALL(prctl) CALL(setuid) CALL(setgid) CALL(setreuid) CALL(setregid) CALL(setresuid) CALL(setresgid) CALL(setfsuid)
    CALL(setfsgid) CALL(setgroups) CALL(setpgid) CALL(setsid) CALL(seccomp) CALL(landlock_create_ruleset)
    CALL(landlock_add_rule) CALL(landlock_restrict_self) CALL(personality) CALL(modify_ldt) CALL(execve) CALL(execveat)
    CALL(lsm_get_self_attr) CALL(lsm_set_self_attr) CALL(lsm_list_modules)
    /* other processes */
    CALL(pidfd_open) CALL(pidfd_getfd) CALL(pidfd_send_signal) CALL(kcmp) CALL(ptrace) CALL(process_vm_readv)
    CALL(process_vm_writev)
    /* the kernel and the machine */
    CALL(bpf) CALL(perf_event_open) CALL(add_key) CALL(request_key) CALL(keyctl) CALL(unshare) CALL(setns) CALL(mount)
    CALL(umount2) CALL(pivot_root) CALL(chroot) CALL(move_mount) CALL(open_tree) CALL(open_tree_attr) CALL(fsopen)
    CALL(fsconfig) CALL(fsmount) CALL(fspick) CALL(mount_setattr) CALL(statmount) CALL(listmount) CALL(kexec_load)
    CALL(kexec_file_load) CALL(init_module) CALL(finit_module) CALL(delete_module) CALL(reboot) CALL(swapon)
    CALL(swapoff) CALL(iopl) CALL(ioperm) CALL(acct) CALL(quotactl) CALL(quotactl_fd) CALL(sethostname)
    CALL(setdomainname) CALL(syslog) CALL(vhangup) CALL(lookup_dcookie) CALL(nfsservctl) CALL(uselib) CALL(ustat)
    CALL(sysfs) CALL(_sysctl)
};

static int number_at(size_t place) {
    char first = calls[place].number[0];
    return first >= '0' && first <= '9' ? atoi(calls[place].number) : CLINUX_CALL_NOT_HERE;
}

int clinux_call_number(const char *name) {
    for (size_t place = 0; place < sizeof calls / sizeof *calls; place++) {
        if (strcmp(calls[place].name, name) == 0) return number_at(place);
    }
    return CLINUX_CALL_NOT_KNOWN;
}

int clinux_newest_call(void) {
    int newest = 0;
    for (size_t place = 0; place < sizeof calls / sizeof *calls; place++) {
        if (number_at(place) > newest) newest = number_at(place);
    }
    return newest;
}

uint32_t clinux_call_architecture(void) {
#if defined(__x86_64__)
    return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    return AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
    return AUDIT_ARCH_RISCV64;
#else
    return 0;
#endif
}
