/* The proxy's peer: one C process, one client at a time, that answers DOE Discovery on a Unix socket with the SPDM socket
 * framing after one sd_journal_sendv.
 *
 *   c-responder SOCKET FIELDS
 *
 * FIELDS is a file of NAME=value lines, taken from one of doe-auditd's own records, so both write the same fields. Only
 * the number and the times are made anew for each answer: no policy, no digest, no ring, no chain. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

enum { header_size = 12, request_size = 12, most_fields = 64, most_text = 64 };

static struct iovec fields[most_fields];
static int field_count;
static char number[most_text], wall[most_text], since_boot[most_text];

static void stop(const char *what) {
    fprintf(stderr, "c-responder: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void load_fields(const char *path) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    if (!file) stop(path);
    while ((size = getline(&line, &capacity, file)) > 0) {
        char *text = line;
        if (line[size - 1] == '\n') line[--size] = 0;
        if (!strchr(line, '=') || field_count == most_fields) continue;
        if (!strncmp(line, "DOE_SEQ=", 8)) text = number;
        else if (!strncmp(line, "DOE_TIME=", 9)) text = wall;
        else if (!strncmp(line, "DOE_MONOTONIC=", 14)) text = since_boot;
        else if (!(text = strdup(line))) stop("out of memory");
        fields[field_count++] = (struct iovec){text, (size_t)size};
    }
    free(line);
    fclose(file);
    errno = ENODATA;
    if (!field_count) stop(path);
}

static unsigned long long microseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

static void write_record(void) {
    static unsigned long long sequence;
    snprintf(number, most_text, "DOE_SEQ=%llu", ++sequence);
    snprintf(wall, most_text, "DOE_TIME=%llu", microseconds(CLOCK_REALTIME));
    snprintf(since_boot, most_text, "DOE_MONOTONIC=%llu", microseconds(CLOCK_MONOTONIC));
    for (int index = 0; index < field_count; index++) {
        char *text = fields[index].iov_base;
        if (text == number || text == wall || text == since_boot) fields[index].iov_len = strlen(text);
    }
    errno = -sd_journal_sendv(fields, field_count);
    if (errno) stop("sd_journal_sendv");
}

static void serve(int client) {
    static const uint8_t discovery[8] = {0x01, 0, 0, 0, 3, 0, 0, 0};
    uint8_t frame[header_size + request_size];
    const uint32_t words[3] = {htonl(1), htonl(2), htonl(request_size)};
    while (recv(client, frame, sizeof frame, MSG_WAITALL) == sizeof frame) {
        if (memcmp(frame, words, header_size) || memcmp(frame + header_size, discovery, sizeof discovery)) return;
        /* Index 0 is discovery itself; another object comes next. */
        const uint8_t answer[4] = {0x01, 0x00, 0x00, 0x01};
        memcpy(frame + header_size + sizeof discovery, answer, sizeof answer);
        write_record();
        if (send(client, frame, sizeof frame, MSG_NOSIGNAL) != sizeof frame) return;
    }
}

int main(int count, char **arguments) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (count != 3 || strlen(arguments[1]) >= sizeof address.sun_path) {
        fputs("use: c-responder SOCKET FIELDS (the socket's path under 108 bytes)\n", stderr);
        return 2;
    }
    load_fields(arguments[2]);
    strcpy(address.sun_path, arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8))
        stop(arguments[1]);
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) stop("accept");
        serve(client);
        close(client);
    }
}
