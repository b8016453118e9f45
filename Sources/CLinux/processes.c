/* Other programs, and what a process may. */
#define _GNU_SOURCE
#include "CLinux.h"
#include "errors.h"

#include <linux/capability.h>
#include <linux/kcmp.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

int clinux_keep_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2];
    /* The bounding set takes CAP_SETPCAP, which a service may lack: then it is what the service was given. */
    for (unsigned long number = 0; number < 64; number++) {
        if (kept >> number & 1) continue;
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0 && errno == EINVAL) break;
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capget, &header, sets) < 0) return -1;
    for (int half = 0; half < 2; half++) {
        uint32_t mask = (uint32_t)(kept >> (32 * half));
        sets[half].permitted &= mask;
        sets[half].effective &= mask;
        sets[half].inheritable = 0;
    }
    return syscall(SYS_capset, &header, sets) < 0 ? -1 : 0;
}

int clinux_share_memory(int32_t one, int32_t other) {
    long order = syscall(SYS_kcmp, one, other, KCMP_VM, 0, 0);
    return order < 0 ? -1 : order == 0;
}

int clinux_close_from(unsigned first) { return syscall(SYS_close_range, first, ~0U, 0) < 0 ? -1 : 0; }

int clinux_spawn(const char *path, char *const arguments[], int passed, int place, int32_t *process) {
    posix_spawn_file_actions_t actions;
    pid_t started = 0;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, passed, place);
        if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, place + 1);
        if (error == 0) error = posix_spawn(&started, path, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    *process = started;
    errno = error;
    return error == 0 ? 0 : -1;
}
