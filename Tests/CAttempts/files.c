/* What a process that has been taken over would want of other files and processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

static int opened(const char *path, int flags) {
    int file = open(path, flags | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    close(file);
    return 0;
}

static int write_roots(void) { return opened(at("outside/roots"), O_RDWR); }
static int write_anyones(void) { return opened(at("outside/anyones"), O_WRONLY); }
static int append_anyones(void) { return opened(at("outside/anyones"), O_WRONLY | O_APPEND); }
static int read_outside(void) { return opened(at("outside/anyones"), O_RDONLY); }
static int list_outside(void) { return opened(at("outside"), O_RDONLY | O_DIRECTORY); }
static int write_read(void) { return opened(at("read/file"), O_RDWR); }
static int through_a_link(void) {
    return symlink(at("outside/anyones"), at("kept/link")) != 0 ? -1 : opened(at("kept/link"), O_RDWR);
}
static int truncate_outside(void) { return truncate(at("outside/anyones"), 0); }
static int make_outside(void) { return opened(at("outside/new"), O_WRONLY | O_CREAT | O_EXCL); }
static int make_directory_outside(void) { return mkdir(at("outside/directory"), 0700); }
static int remove_outside(void) { return unlink(at("outside/victim")); }
static int move_in(void) { return rename(at("outside/victim"), at("kept/victim")); }
static int own_file(void) {
    int file = open(at("kept/own"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) close(file);
    return file;
}
static int move_out(void) { return own_file() < 0 ? -2 : rename(at("kept/own"), at("outside/moved")); }
static int link_out(void) { return own_file() < 0 ? -2 : link(at("kept/own"), at("outside/linked")); }
static int make_device(void) { return mknod(at("kept/device"), S_IFCHR | 0600, 1 << 8 | 3); }
static int memory_of_root(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", getppid());
    return opened(path, O_RDWR);
}
static int probes(void) { return opened("/sys/kernel/tracing/kprobe_events", O_WRONLY | O_APPEND); }
static int kernel_memory(void) { return opened("/proc/kcore", O_RDONLY); }
static int magic_key(void) { return opened("/proc/sysrq-trigger", O_WRONLY); }

/* A program that is root's whoever starts it, told to read what is root's. */
static int setuid_program(void) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        char *const words[] = {"cat", (char *)at("outside/roots"), NULL};
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        execv(at("outside/setuid"), words);
        _exit(errno == EACCES ? 13 : 99);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    errno = EACCES;
    return -1;
}

static int listen_tcp(void) {
    int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return socket_ < 0 ? -1 : bind(socket_, (struct sockaddr *)&address, sizeof address);
}

/* The parent listens there. */
static int abstract_socket(void) {
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "doe-audit-attempts-%d", getppid());
    if (socket_ < 0) return -1;
    return connect(socket_, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

const struct attempt file_attempts[] = {
    {"write root's file", write_roots},
    {"write anybody's file", write_anyones},
    {"append to anybody's file", append_anyones},
    {"read what no rule names", read_outside},
    {"list what no rule names", list_outside},
    {"write what may be read", write_read},
    {"write through a link", through_a_link},
    {"truncate outside", truncate_outside},
    {"make a file outside", make_outside},
    {"make a directory outside", make_directory_outside},
    {"remove a file outside", remove_outside},
    {"move a file in", move_in},
    {"move a file out", move_out},
    {"link a file out", link_out},
    {"make a device", make_device},
    {"memory of root's process", memory_of_root},
    {"kprobe_events", probes},
    {"/proc/kcore", kernel_memory},
    {"/proc/sysrq-trigger", magic_key},
    {"start a setuid program", setuid_program},
    {"listen over TCP", listen_tcp},
    {"an abstract socket of another's", abstract_socket},
    {0},
};
