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
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "CPeers.h"

enum { header_size = 12, request_size = 12 };

static struct peer_record record;

static void stop(const char *what) {
    fprintf(stderr, "c-responder: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void write_record(void) {
    static unsigned long long sequence;
    peer_record_renew(&record, ++sequence);
    errno = -sd_journal_sendv(record.fields, record.count);
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
    if (peer_record_load(&record, arguments[2])) stop(arguments[2]);
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
