#define _GNU_SOURCE
#include "CLinux.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.7: a thread that cannot be brought along is an error, not that thread's number. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif

_Static_assert(sizeof(struct clinux_filter_instruction) == sizeof(struct sock_filter), "the kernel's own layout");

int clinux_process_control(int option, unsigned long value, unsigned long second) {
    return prctl(option, value, second, 0, 0);
}

int clinux_filter_calls(const struct clinux_filter_instruction *instructions, uint16_t count) {
    struct sock_fprog program = {count, (struct sock_filter *)instructions};
    unsigned long flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* linux/landlock.h, which may be older than the running kernel. All architectures have these numbers. */
struct landlock_rules {
    uint64_t files;
    uint64_t network; /* from version 4 of the interface on */
    uint64_t scopes;  /* from version 6 on */
};
struct landlock_path {
    uint64_t allowed;
    int32_t place;
} __attribute__((packed));
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, ASK_VERSION = 1, PATH_BENEATH = 1 };

int clinux_landlock_version(void) { return (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION); }

/* An older kernel takes a longer structure where all that it does not know is zero. */
int clinux_landlock_create(uint64_t files, uint64_t network, uint64_t scopes) {
    struct landlock_rules rules = {files, network, scopes};
    return (int)syscall(CREATE_RULESET, &rules, sizeof rules, 0);
}

int clinux_landlock_allow(int rules, uint64_t allowed, int place) {
    struct landlock_path path = {allowed, place};
    return (int)syscall(ADD_RULE, rules, PATH_BENEATH, &path, 0);
}

int clinux_landlock_restrict(int rules) { return (int)syscall(RESTRICT_SELF, rules, 0); }

int clinux_become(uint32_t uid, uint32_t gid, const uint32_t *groups, size_t count) {
    /* Who started this process to end with it still means that; another user's number takes it away. */
    int at_parents_end = 0;
    if (prctl(PR_GET_PDEATHSIG, &at_parents_end) != 0) return -1;
    if (setgroups(count, groups) != 0) return -1;
    if (setresgid(gid, gid, gid) != 0) return -1;
    if (setresuid(uid, uid, uid) != 0) return -1;
    return at_parents_end == 0 ? 0 : prctl(PR_SET_PDEATHSIG, at_parents_end);
}

int clinux_clear_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &header, none);
}
