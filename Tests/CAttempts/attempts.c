#define _GNU_SOURCE
#include "CAttempts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

static const struct attempt *const lists[] = {kernel_attempts, file_attempts, daily_attempts};
static const char *place;

static const struct attempt *find(size_t number) {
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++) {
        for (const struct attempt *each = lists[list]; each->name; each++) {
            if (number-- == 0) return each;
        }
    }
    return NULL;
}

size_t cattempts_count(void) {
    size_t count = 0;
    while (find(count)) count++;
    return count;
}

const char *cattempts_name(size_t attempt) { return find(attempt)->name; }

const char *at(const char *name) {
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", place, name);
    return path;
}

enum { NO_ROOM = -1 };

/* For the attempt to reach it. */
static void listen_without_a_file(void) {
    static int listener = -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "doe-audit-attempts-%d", getpid());
    if (listener >= 0) return;
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(listener, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length));
    listen(listener, 100);
}

static _Noreturn void try_it(const struct attempt *attempt, int (*enter)(void), int answer) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int result = enter() != 0 ? NO_ROOM : attempt->run() == 0 ? 0 : errno;
    if (write(answer, &result, sizeof result) != sizeof result) _exit(2);
    _exit(1);
}

const char *cattempts_try(size_t number, const char *directory, int (*enter)(void)) {
    int ends[2], result, status;
    place = directory;
    listen_without_a_file();
    if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
    pid_t child = fork();
    if (child < 0) return "no child";
    if (child == 0) try_it(find(number), enter, ends[1]);
    close(ends[1]);
    ssize_t got = read(ends[0], &result, sizeof result);
    close(ends[0]);
    if (waitpid(child, &status, 0) != child) return "no end";
    if (WIFSIGNALED(status)) {
        static char text[32];
        snprintf(text, sizeof text, "SIG%s", sigabbrev_np(WTERMSIG(status)));
        return text;
    }
    /* It has become another program, which ended well: closed when it began was the pipe's end. */
    if (got == 0) return WEXITSTATUS(status) == 0 ? "done" : "other program failed";
    if (result == NO_ROOM) return "no room";
    const char *name = result == 0 ? "done" : strerrorname_np(result);
    return name ? name : "an unknown error";
}
