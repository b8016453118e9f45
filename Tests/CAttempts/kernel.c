/* What a process that has been taken over would ask the kernel for. */
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

/* Calls that an older C library does not name; their numbers are the same everywhere. */
enum { OPEN_TREE = 428, FSOPEN = 430, PIDFD_GETFD = 438, IO_URING_SETUP = 425, CLONE3 = 435, FUTURE = 4000 };

#define TRY(name, call) \
    static int name(void) { return (call) < 0 ? -1 : 0; }
#define CALL(name, ...) TRY(name, syscall(__VA_ARGS__))

static char zeroes[256];

CALL(program_load, __NR_bpf, 5, zeroes, sizeof zeroes)
/* The kernel takes the command as an int, and so do filters. */
CALL(program_load_above, __NR_bpf, (1L << 32) + 5, zeroes, sizeof zeroes)
/* With flags that there are none of, so that no map of the host's is opened. */
static const unsigned int no_such_flags[] = {1, 0, 0xff00, 0};
CALL(map_by_number, __NR_bpf, 14, no_such_flags, sizeof no_such_flags)
CALL(map_freeze, __NR_bpf, 22, zeroes, sizeof zeroes)
CALL(link_create, __NR_bpf, 28, zeroes, sizeof zeroes)
CALL(perf_event, __NR_perf_event_open, zeroes, -1, -1, -1, 0)
CALL(set_user_id, __NR_fchmodat, -100, "/no-such-file", 04755)
CALL(open_with_memory, 437, -100, "/", zeroes, sizeof zeroes)
CALL(fanotify, __NR_fanotify_init, 0, 0)
CALL(by_handle, __NR_open_by_handle_at, -1, zeroes, 0)
CALL(io_uring, IO_URING_SETUP, 1, NULL)
CALL(old_asynchronous, __NR_io_setup, 0, NULL)
CALL(fault_descriptor, __NR_userfaultfd, -1)
CALL(key, __NR_keyctl, 0, -3, 0)
CALL(key_add, __NR_add_key, NULL, NULL, NULL, 0, 0)
CALL(new_namespace, __NR_unshare, CLONE_NEWUTS)
CALL(new_user_namespace, __NR_unshare, CLONE_NEWUSER)
CALL(other_namespace, __NR_setns, -1, 0)
CALL(mount_it, __NR_mount, NULL, NULL, NULL, 0, NULL)
CALL(unmount, __NR_umount2, NULL, 0)
CALL(new_mount, FSOPEN, NULL, 0)
CALL(mount_tree, OPEN_TREE, -1, NULL, 0)
CALL(new_root, __NR_pivot_root, NULL, NULL)
CALL(change_root, __NR_chroot, "/")
CALL(load_module, __NR_init_module, NULL, 0, NULL)
CALL(load_module_file, __NR_finit_module, -1, "", 0)
CALL(remove_module, __NR_delete_module, NULL, 0)
CALL(kexec, __NR_kexec_load, 0, 1000, NULL, -1)
CALL(reboot_it, __NR_reboot, 0, 0, 0, NULL)
CALL(swap, __NR_swapon, NULL, 0)
CALL(trace_me, __NR_ptrace, PTRACE_TRACEME, 0, 0, 0)
CALL(take_descriptor, PIDFD_GETFD, -1, 0, 0)
CALL(set_clock, __NR_clock_settime, 0, NULL)
CALL(set_name_of_host, __NR_sethostname, NULL, -1)
CALL(kernel_log, __NR_syslog, 10, NULL, 0)
CALL(personality_query, __NR_personality, 0xffffffff)
CALL(type_a_key, __NR_ioctl, -1, 0x5412, "x")
CALL(future_call, FUTURE)
CALL(clone_without_flags, CLONE3, NULL, 0)
CALL(inet_socket, __NR_socket, AF_INET, SOCK_STREAM, 0)
CALL(inet6_socket, __NR_socket, AF_INET6, SOCK_DGRAM, 0)
CALL(packet_socket, __NR_socket, AF_PACKET, SOCK_RAW, 0)
CALL(crypto_socket, __NR_socket, 38, SOCK_SEQPACKET, 0)
CALL(inet_socket_above, __NR_socket, (1L << 32) + AF_INET, SOCK_STREAM, 0)
CALL(pair_of_inet, __NR_socketpair, AF_INET, SOCK_STREAM, 0, zeroes)
CALL(become_root, __NR_setresuid, 0, 0, 0)
CALL(become_roots_group, __NR_setresgid, 0, 0, 0)
CALL(join_roots_group, __NR_setgroups, 1, zeroes)
CALL(signal_another, __NR_kill, getppid(), 0)
CALL(limit_another, __NR_prlimit64, getppid(), 7, NULL, zeroes)
TRY(dumpable, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
TRY(keep_capabilities, prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))

static int write_memory(void) {
    struct iovec own = {zeroes, 1}, other = {zeroes, 1};
    return process_vm_writev(getppid(), &own, 1, &other, 1, 0) < 0 ? -1 : 0;
}

/* It ends at once, without a word to the C library. */
static int made(long child) {
    if (child < 0) return -1;
    if (child == 0) syscall(__NR_exit_group, 0);
    waitpid((pid_t)child, NULL, 0);
    return 0;
}
static int new_process(void) { return made(syscall(__NR_clone, SIGCHLD, NULL, NULL, NULL, NULL)); }
static int process_of_namespace(void) { return made(syscall(__NR_clone, SIGCHLD | CLONE_NEWUTS, NULL, NULL, NULL, NULL)); }

static int start_program(void) {
    char *const words[] = {"true", NULL};
    execve("/bin/true", words, NULL);
    return -1;
}
CALL(start_program_at, __NR_execveat, -1, "none", NULL, NULL, 0)

static int writable_program(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}
static int memory_made_program(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

#if defined(__x86_64__)
/* getpid, as a program of 32 bits makes it: 20 is writev among the calls of 64 bits. */
static int call_of_32_bits(void) {
    long answer;
    __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
    return answer > 0 ? 0 : -1;
}
CALL(call_of_x32, 0x40000000 + __NR_getpid)
#endif

const struct attempt kernel_attempts[] = {
    {"bpf: load a program", program_load},
    {"bpf: load a program, more above the command", program_load_above},
    {"bpf: a map by its number", map_by_number},
    {"bpf: freeze a map", map_freeze},
    {"bpf: attach", link_create},
    {"perf_event_open", perf_event},
    {"fanotify_init", fanotify},
    {"chmod: set-user-ID", set_user_id},
    {"openat2", open_with_memory},
    {"open_by_handle_at", by_handle},
    {"io_uring_setup", io_uring},
    {"io_setup", old_asynchronous},
    {"userfaultfd", fault_descriptor},
    {"keyctl", key},
    {"add_key", key_add},
    {"unshare", new_namespace},
    {"unshare: users", new_user_namespace},
    {"setns", other_namespace},
    {"mount", mount_it},
    {"umount2", unmount},
    {"fsopen", new_mount},
    {"open_tree", mount_tree},
    {"pivot_root", new_root},
    {"chroot", change_root},
    {"init_module", load_module},
    {"finit_module", load_module_file},
    {"delete_module", remove_module},
    {"kexec_load", kexec},
    {"reboot", reboot_it},
    {"swapon", swap},
    {"ptrace", trace_me},
    {"process_vm_writev", write_memory},
    {"pidfd_getfd", take_descriptor},
    {"clock_settime", set_clock},
    {"sethostname", set_name_of_host},
    {"syslog", kernel_log},
    {"personality", personality_query},
    {"ioctl: type a key", type_a_key},
    {"a call of the future", future_call},
    {"clone3", clone_without_flags},
    {"clone: a process", new_process},
    {"clone: a process in a namespace", process_of_namespace},
    {"execve", start_program},
    {"execveat", start_program_at},
    {"mmap: writable and to be run", writable_program},
    {"mprotect: to be run", memory_made_program},
    {"socket: AF_INET", inet_socket},
    {"socket: AF_INET, more above the family", inet_socket_above},
    {"socket: AF_INET6", inet6_socket},
    {"socket: AF_PACKET", packet_socket},
    {"socket: AF_ALG", crypto_socket},
    {"socketpair: AF_INET", pair_of_inet},
    {"setresuid: root", become_root},
    {"setresgid: root", become_roots_group},
    {"setgroups: root", join_roots_group},
    {"kill: root's process", signal_another},
    {"prlimit: root's process", limit_another},
    {"prctl: dumpable", dumpable},
    {"prctl: keep capabilities", keep_capabilities},
#if defined(__x86_64__)
    {"a call of 32 bits", call_of_32_bits},
    {"a call of x32", call_of_x32},
#endif
    {0},
};
