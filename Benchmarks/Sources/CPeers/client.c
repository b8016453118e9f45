/* The one client that asks both sides. */
#include "CPeers.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { normal = 1, pci_doe = 2 };

static uint64_t nanoseconds_of(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now)) return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int peer_connect(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    const struct timeval patience = {.tv_sec = 10}; /* silence is an error and not a hang */
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0) setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

ssize_t peer_exchanges(int descriptor, const uint8_t *request, size_t size, uint8_t *answer, size_t capacity,
                       uint64_t *nanoseconds, size_t count) {
    const uint32_t header[3] = {htonl(normal), htonl(pci_doe), htonl((uint32_t)size)};
    uint8_t frame[sizeof header + 64];
    size_t payload = 0;
    if (size > 64) return -1;
    memcpy(frame, header, sizeof header);
    memcpy(frame + sizeof header, request, size);
    for (size_t index = 0; index < count; index++) {
        uint32_t reply[3];
        uint64_t start = nanoseconds_of(CLOCK_MONOTONIC);
        /* MSG_NOSIGNAL: a daemon that has gone is an error and not the end of this process. */
        if (send(descriptor, frame, sizeof header + size, MSG_NOSIGNAL) < 0) return -1;
        if (recv(descriptor, reply, sizeof reply, MSG_WAITALL) != sizeof reply) return -1;
        payload = ntohl(reply[2]);
        if (reply[0] != header[0] || reply[1] != header[1] || payload > capacity) return -1;
        if (payload == 0) return 0;
        if (recv(descriptor, answer, payload, MSG_WAITALL) != (ssize_t)payload) return -1;
        nanoseconds[index] = nanoseconds_of(CLOCK_MONOTONIC) - start;
    }
    return (ssize_t)payload;
}

uint64_t peer_process_nanoseconds(pid_t process) {
    clockid_t clock;
    return clock_getcpuclockid(process, &clock) == 0 ? nanoseconds_of(clock) : 0;
}
