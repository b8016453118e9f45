#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int clinux_accept4(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int clinux_socket(int domain, int type) { return socket(domain, type | SOCK_CLOEXEC, 0); }

static int unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

int clinux_unix_bind(int socket, const char *path) {
    struct sockaddr_un address;
    if (unix_address(path, &address) < 0) return -1;
    return bind(socket, (struct sockaddr *)&address, sizeof address);
}

int clinux_unix_connect(int socket, const char *path) {
    struct sockaddr_un address;
    if (unix_address(path, &address) < 0) return -1;
    return connect(socket, (struct sockaddr *)&address, sizeof address);
}

static int tcp_address(const char *text, uint16_t port, struct sockaddr_in *address) {
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
    if (inet_pton(AF_INET, text, &address->sin_addr) == 1) return 0;
    errno = EINVAL;
    return -1;
}

static int close_keeping_errno(int descriptor) {
    int saved = errno;
    close(descriptor);
    errno = saved;
    return -1;
}

int clinux_tcp_connect(const char *numeric_address, uint16_t port) {
    struct sockaddr_in address;
    if (tcp_address(numeric_address, port, &address) < 0) return -1;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS && errno != EINTR)
        return close_keeping_errno(descriptor);
    return descriptor;
}

int clinux_tcp_listen(const char *numeric_address, uint16_t port, int queue) {
    struct sockaddr_in address;
    int on = 1;
    if (tcp_address(numeric_address, port, &address) < 0) return -1;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    /* Connections of a former daemon that the kernel still remembers must not keep this one from starting. */
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 || listen(descriptor, queue) < 0)
        return close_keeping_errno(descriptor);
    return descriptor;
}

int clinux_socket_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return -1;
    errno = error;
    return error == 0 ? 0 : -1;
}

int clinux_tcp_no_delay(int socket) {
    int on = 1;
    return setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int clinux_tcp_quick_ack(int socket) {
    int on = 1;
    return setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

ssize_t clinux_send(int socket, const void *bytes, size_t count) { return send(socket, bytes, count, MSG_NOSIGNAL); }

int clinux_send_descriptor(int socket, int descriptor) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int clinux_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -1;
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}

int clinux_peer_groups(int socket, uint32_t *groups, size_t capacity) {
    socklen_t size = (socklen_t)(capacity * sizeof *groups);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0) return -1;
    return (int)(size / sizeof *groups);
}

int clinux_peer_pidfd(int socket) {
    int descriptor = -1;
    socklen_t size = sizeof descriptor;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &descriptor, &size) < 0) return -1;
    return descriptor;
}

int clinux_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_name_senders(int socket) {
    int on = 1;
    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

ssize_t clinux_receive_from(int socket, void *bytes, size_t count, int32_t *pid, uint32_t *uid) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec piece = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *pid = 0;
    *uid = UINT32_MAX;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received <= 0) return received;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS) {
        struct ucred sender;
        memcpy(&sender, CMSG_DATA(header), sizeof sender);
        *pid = sender.pid;
        *uid = sender.uid;
    }
    return received;
}

int clinux_device_events(void) {
    /* Group 1 is the kernel's own; udev's is another one. */
    struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
    int number = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
    if (number < 0) return -1;
    if (bind(number, (struct sockaddr *)&address, sizeof address) == 0) return number;
    int error = errno;
    close(number);
    errno = error;
    return -1;
}

int clinux_socket_questions(void) {
    return socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
}

ssize_t clinux_netlink_read(int socket, void *bytes, size_t capacity) {
    struct sockaddr_nl sender = { 0 };
    socklen_t length = sizeof sender;
    ssize_t count = recvfrom(socket, bytes, capacity, 0, (struct sockaddr *)&sender, &length);
    /* The kernel's number is 0. */
    return count > 0 && sender.nl_pid != 0 ? 0 : count;
}

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

int clinux_memfd_sealed(const char *name, const void *bytes, size_t count) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return close_keeping_errno(descriptor);
        next += written;
        count -= (size_t)written;
    }
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return close_keeping_errno(descriptor);
    return descriptor;
}

int clinux_allocate(int descriptor, int64_t size) {
    int error = posix_fallocate(descriptor, 0, size);
    if (error == 0) return 0;
    errno = error;
    return -1;
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

int clinux_thread_set_name(const char *name) {
    int error = pthread_setname_np(pthread_self(), name);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

int32_t clinux_thread_id(void) { return (int32_t)syscall(SYS_gettid); }

/* The inode of the root of procfs (PROC_ROOT_INO in the kernel's fs/proc) and of securityfs (simple_fill_super in
   fs/libfs.c): no other directory of theirs has it. */
#define ROOT_INODE 1

static uint64_t mount_of(int descriptor) { /* 0 where it is not known; Linux 5.8 and later tell it */
    struct statx status;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0) return 0;
    return status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
}

/* Not openat2 with RESOLVE_NO_XDEV: RestrictSUIDSGID= in a unit lets systemd's filter refuse openat2 as a whole. */
static int open_kernels_own(int root, const char *name, int64_t magic) {
    struct statfs filesystem;
    struct stat status;
    uint64_t mount = mount_of(root);
    if (mount == 0 || fstatfs(root, &filesystem) < 0 || filesystem.f_type != magic || fstat(root, &status) < 0 ||
        status.st_ino != ROOT_INODE) {
        errno = EXDEV;
        return -1;
    }
    /* Not blocking: a pipe that was mounted there must not hang the start. */
    int descriptor = openat(root, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor >= 0 && mount_of(descriptor) != mount) {
        errno = EXDEV;
        descriptor = close_keeping_errno(descriptor);
    }
    return descriptor;
}

int clinux_open_procfs(const char *directory, const char *name) {
    int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return -1;
    int descriptor = open_kernels_own(root, name, PROC_SUPER_MAGIC);
    close_keeping_errno(root);
    return descriptor;
}

int clinux_file_number(int place, const char *path, uint64_t *device, uint64_t *number) {
    struct statx file;
    int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
    if (statx(place, path, flags, STATX_INO, &file) < 0) return -1;
    *device = (uint64_t)file.stx_dev_major << 32 | file.stx_dev_minor;
    *number = file.stx_ino;
    return 0;
}

int clinux_open_cached_place(const char *path) {
    struct open_how how = { .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_CACHED };
    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

int clinux_is_sysfs(const char *path) {
    struct statfs filesystem;
    return statfs(path, &filesystem) == 0 && filesystem.f_type == SYSFS_MAGIC;
}

int clinux_is_tracefs(int descriptor) {
    struct statfs filesystem;
    return fstatfs(descriptor, &filesystem) == 0 && filesystem.f_type == TRACEFS_MAGIC;
}

int clinux_open_securityfs(const char *directory, const char *name) {
    int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        /* So that ENOENT says one thing alone. */
        if (errno == ENOENT) errno = ENODEV;
        return -1;
    }
    int descriptor = open_kernels_own(root, name, SECURITYFS_MAGIC);
    close_keeping_errno(root);
    return descriptor;
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
