/* Waiting for events and signals, threads and memory. */
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int epoll_change(int poll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(poll, operation, descriptor, &event);
}

int clinux_epoll_add(int poll, int descriptor, uint32_t events, uint64_t token) {
    return epoll_change(poll, EPOLL_CTL_ADD, descriptor, events, token);
}

int clinux_epoll_modify(int poll, int descriptor, uint32_t events, uint64_t token) {
    return epoll_change(poll, EPOLL_CTL_MOD, descriptor, events, token);
}

int clinux_epoll_remove(int poll, int descriptor) { return epoll_change(poll, EPOLL_CTL_DEL, descriptor, 0, 0); }

int clinux_epoll_wait(int poll, uint64_t *tokens, uint32_t *events, int capacity, int timeout_milliseconds) {
    struct epoll_event ready[64];
    if (capacity > 64) capacity = 64;
    int count = epoll_wait(poll, ready, capacity, timeout_milliseconds);
    for (int index = 0; index < count; index++) {
        tokens[index] = ready[index].data.u64;
        events[index] = ready[index].events;
    }
    return count;
}

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int clinux_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_signalfd_read(int descriptor) {
    struct signalfd_siginfo information;
    ssize_t count = read(descriptor, &information, sizeof information);
    if (count == (ssize_t)sizeof information) return (int)information.ssi_signo;
    return count < 0 && errno != EAGAIN ? -1 : 0;
}

void clinux_give_back_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

void clinux_give_back_freed_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    malloc_trim(0);
#endif
}

int clinux_thread_join(unsigned long thread, uint64_t microseconds) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += microseconds / 1000000;
    end.tv_nsec += microseconds % 1000000 * 1000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec += 1;
        end.tv_nsec -= 1000000000;
    }
    errno = pthread_clockjoin_np((pthread_t)thread, NULL, CLOCK_MONOTONIC, &end);
    return errno == 0 ? 0 : -1;
}

int clinux_condition_wait(void *condition, void *lock, uint64_t end) {
    struct timespec time = {.tv_sec = end / 1000000, .tv_nsec = end % 1000000 * 1000};
    errno = pthread_cond_clockwait(condition, lock, CLOCK_MONOTONIC, &time);
    return errno == 0 ? 0 : -1;
}

void clinux_init_shared_lock(void *lock) {
    pthread_rwlockattr_t kind;
    pthread_rwlockattr_init(&kind);
    pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(lock, &kind);
    pthread_rwlockattr_destroy(&kind);
}

int clinux_thread_set_name(const char *name) {
    int error = pthread_setname_np(pthread_self(), name);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

ssize_t clinux_memmem(const void *bytes, size_t count, const void *needle, size_t needle_count) {
    const char *found = memmem(bytes, count, needle, needle_count);
    return found ? found - (const char *)bytes : -1;
}

int32_t clinux_thread_number(void) {
    static _Thread_local int32_t number;
    if (number == 0) number = (int32_t)syscall(SYS_gettid);
    return number;
}

int clinux_thread_move(int32_t thread, int processor) {
    if (processor < 0) {
        errno = EINVAL;
        return -1;
    }
    cpu_set_t *set = CPU_ALLOC((size_t)processor + 1);
    if (!set) return -1;
    size_t size = CPU_ALLOC_SIZE((size_t)processor + 1);
    CPU_ZERO_S(size, set);
    CPU_SET_S((size_t)processor, size, set);
    int result = sched_setaffinity(thread, size, set);
    CPU_FREE(set);
    return result;
}

int clinux_current_processor(void) { return sched_getcpu(); }
