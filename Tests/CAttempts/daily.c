/* What the daemon does all day: it must go on in every room. */
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "place.h"

#define NEED(what) \
    do { \
        if (!(what)) return -1; \
    } while (0)

static int keep_files(void) {
    NEED(mkdir(at("kept/new"), 0700) == 0 || errno == EEXIST);
    int file = open(at("kept/new/ring"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    NEED(file >= 0);
    NEED(flock(file, LOCK_EX) == 0);
    NEED(fallocate(file, 0, 0, 8192) == 0);
    NEED(pwrite(file, "record", 6, 4096) == 6);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    NEED(page != MAP_FAILED);
    memcpy(page, "number", 6);
    NEED(munmap(page, 4096) == 0);
    NEED(fdatasync(file) == 0 && fsync(file) == 0 && ftruncate(file, 4096) == 0);
    NEED(fchmod(file, 0640) == 0);
    NEED(rename(at("kept/new/ring"), at("kept/ring")) == 0);
    int directory = open(at("kept"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    NEED(directory >= 0 && fsync(directory) == 0);
    struct stat found;
    NEED(fstatat(directory, "ring", &found, AT_SYMLINK_NOFOLLOW) == 0);
    NEED(unlinkat(directory, "ring", 0) == 0 && rmdir(at("kept/new")) == 0);
    return close(file);
}

static int read_files(void) {
    char bytes[16];
    int file = open(at("read/file"), O_RDONLY | O_CLOEXEC);
    NEED(file >= 0 && read(file, bytes, sizeof bytes) >= 0);
    /* A journal's file is synced by who reads it. */
    NEED(fdatasync(file) == 0);
    DIR *directory = opendir(at("read"));
    NEED(directory && readdir(directory));
    return closedir(directory);
}

static int serve(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, at("kept/socket"), sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    NEED(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    NEED(chmod(address.sun_path, 0660) == 0 && listen(listener, 5) == 0);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    NEED(client >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    int served = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    NEED(served >= 0);
    struct ucred who;
    socklen_t length = sizeof who;
    NEED(getsockopt(served, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.pid == getpid());
    int one = 1;
    NEED(setsockopt(served, SOL_SOCKET, SO_PASSCRED, &one, sizeof one) == 0);
    NEED(send(client, "frame", 5, MSG_NOSIGNAL) == 5);
    char bytes[8];
    struct iovec place = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1};
    NEED(recvmsg(served, &message, 0) == 5);
    NEED(shutdown(client, SHUT_RDWR) == 0);
    return unlink(address.sun_path);
}

static int pass_descriptor(void) {
    int ends[2];
    NEED(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec place = {"x", 1};
    struct msghdr message = {
        .msg_iov = &place, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &ends[0], sizeof(int));
    return sendmsg(ends[0], &message, 0) == 1 ? 0 : -1;
}

static int device_events(void) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
    int socket_ = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
    return socket_ < 0 ? -1 : bind(socket_, (struct sockaddr *)&address, sizeof address);
}

static void *in_thread(void *unused) {
    cpu_set_t set;
    (void)unused;
    pthread_setname_np(pthread_self(), "doe-attempt");
    return sched_getaffinity(0, sizeof set, &set) == 0 && sched_setaffinity(0, sizeof set, &set) == 0 ? NULL : (void *)1;
}
static int threads(void) {
    pthread_t thread;
    void *answer = NULL;
    int error = pthread_create(&thread, NULL, in_thread, NULL);
    if (error) {
        errno = error;
        return -1;
    }
    pthread_join(thread, &answer);
    return answer ? -1 : 0;
}

static int wait_for_many(void) {
    int poll_ = epoll_create1(EPOLL_CLOEXEC), event = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
    struct itimerspec soon = {.it_value.tv_nsec = 1000};
    NEED(poll_ >= 0 && event >= 0 && timer >= 0 && timerfd_settime(timer, 0, &soon, NULL) == 0);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    NEED(sigprocmask(SIG_BLOCK, &signals, NULL) == 0 && signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK) >= 0);
    struct epoll_event wanted = {.events = EPOLLIN}, got;
    NEED(epoll_ctl(poll_, EPOLL_CTL_ADD, event, &wanted) == 0 && epoll_ctl(poll_, EPOLL_CTL_ADD, timer, &wanted) == 0);
    struct pollfd one = {event, POLLIN, 0};
    NEED(poll(&one, 1, 0) == 1);
    return epoll_wait(poll_, &got, 1, 1000) == 1 ? 0 : -1;
}

static int memory(void) {
    int file = memfd_create("attempt", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    NEED(file >= 0 && write(file, "entry", 5) == 5 && fcntl(file, F_ADD_SEALS, F_SEAL_WRITE) == 0);
    char *bytes = malloc(8 << 20);
    NEED(bytes);
    memset(bytes, 1, 8 << 20);
    bytes = realloc(bytes, 16 << 20);
    NEED(bytes);
    free(bytes);
    return close(file);
}

static int time_and_limits(void) {
    struct timespec now, moment = {0, 1000};
    struct rlimit limit;
    NEED(clock_gettime(CLOCK_BOOTTIME, &now) == 0 && clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL) == 0);
    NEED(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

static int itself(void) {
    char text[512];
    NEED(readlink("/proc/self/exe", text, sizeof text) > 0 && readlink("/proc/self/ns/pid", text, sizeof text) > 0);
    NEED(access("/proc/self/loginuid", F_OK) == 0 || errno == ENOENT);
    static const char *const files[] = {"/proc/self/cmdline", "/proc/self/status", "/proc/self/mountinfo", "/proc/self/fdinfo/0"};
    for (size_t each = 0; each < sizeof files / sizeof *files; each++) {
        int file = open(files[each], O_RDONLY | O_CLOEXEC);
        NEED(file >= 0 && read(file, text, sizeof text) > 0);
        close(file);
    }
    int own = open(at("read/file"), O_RDONLY | O_CLOEXEC);
    NEED(own >= 0);
    char path[64] = "/proc/self/fd/";
    path[14] = (char)('0' + own);
    NEED(own < 10 && readlink(path, text, sizeof text) > 0);
    int again = open(path, O_RDONLY | O_CLOEXEC);
    return again < 0 ? -1 : 0;
}

static int hold_process(void) {
    int process = (int)syscall(__NR_pidfd_open, getppid(), 0);
    struct pollfd one = {process, POLLIN, 0};
    return process < 0 || poll(&one, 1, 0) < 0 ? -1 : 0;
}

static int random_bytes(void) {
    char bytes[16];
    return getentropy(bytes, sizeof bytes);
}

/* The kernel is asked, and says that this is no map. */
static int look_into_map(void) {
    char attributes[128] = {0};
    *(int *)attributes = -1;
    return syscall(__NR_bpf, 1, attributes, sizeof attributes) < 0 && errno == EBADF ? 0 : -1;
}

static int name_service(void) {
    errno = 0;
    return getpwnam("root") ? 0 : -1;
}

static int end_by_abort(void) {
    /* Without a report of the crash. */
    signal(SIGABRT, SIG_DFL);
    abort();
}

const struct attempt daily_attempts[] = {
    {"keep files", keep_files},
    {"read files", read_files},
    {"serve a client", serve},
    {"pass a descriptor", pass_descriptor},
    {"hear of devices", device_events},
    {"threads", threads},
    {"wait for many", wait_for_many},
    {"memory", memory},
    {"time and limits", time_and_limits},
    {"look at itself", itself},
    {"hold a process", hold_process},
    {"random bytes", random_bytes},
    {"look into a map", look_into_map},
    {"ask the name service", name_service},
    {"abort", end_by_abort},
    {0},
};
