#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <unistd.h>

#ifndef FAN_REPORT_PIDFD
#define FAN_REPORT_PIDFD 0x00000080
#endif
#ifndef FAN_EVENT_INFO_TYPE_PIDFD
#define FAN_EVENT_INFO_TYPE_PIDFD 4
#endif

int clinux_fanotify_init(int with_processes) {
    unsigned int flags = FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK;
    if (with_processes) flags |= FAN_REPORT_PIDFD;
    return fanotify_init(flags, O_RDONLY | O_CLOEXEC);
}

int clinux_fanotify_add(int notices, const char *path) {
    return fanotify_mark(notices, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, path);
}

/* struct fanotify_event_info_pidfd, which older headers lack: type, a byte, length, descriptor. */
static int process_of(const struct fanotify_event_metadata *event) {
    const char *next = (const char *)event + event->metadata_len;
    const char *end = (const char *)event + event->event_len;
    while (end - next >= 8) {
        uint16_t length;
        int32_t pidfd;
        memcpy(&length, next + 2, sizeof length);
        memcpy(&pidfd, next + 4, sizeof pidfd);
        if (length < 4 || length > end - next) return -1;
        if (next[0] == FAN_EVENT_INFO_TYPE_PIDFD && length >= 8) return pidfd;
        next += length;
    }
    return -1;
}

int clinux_fanotify_read(int notices, struct clinux_open_notice *found, size_t capacity) {
    _Alignas(struct fanotify_event_metadata) char buffer[64 * 32];
    /* The kernel gives no part of an event, and none here is shorter than its metadata. */
    size_t space = capacity * sizeof(struct fanotify_event_metadata);
    ssize_t size = read(notices, buffer, space < sizeof buffer ? space : sizeof buffer);
    if (size < 0) return errno == EAGAIN ? 0 : -1;
    int count = 0;
    struct fanotify_event_metadata *event = (struct fanotify_event_metadata *)buffer;
    while (FAN_EVENT_OK(event, size) && (size_t)count < capacity) {
        if (event->vers != FANOTIFY_METADATA_VERSION) {
            errno = EPROTO;
            return -1;
        }
        if (event->fd >= 0) close(event->fd);
        found[count].pid = event->pid;
        found[count].pidfd = process_of(event);
        found[count].is_lost = (event->mask & FAN_Q_OVERFLOW) != 0;
        count++;
        event = FAN_EVENT_NEXT(event, size);
    }
    return count;
}
