/* The peer of many mailboxes at once: a server in C that echoes objects and only logs.
 *
 *   c-echo FOLDER COUNT JOURNAL-SOCKET FIELDS
 *
 * FOLDER/1.sock and so on, each with a thread of its own that serves one client at a time in the SPDM socket framing. Each
 * object goes back as it came, after one entry to journald in its native protocol. FIELDS is a file of NAME=value lines,
 * taken from one of doe-auditd's own records. A journald that is behind makes it wait, as it would any such server. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "CPeers.h"

enum { most_mailboxes = 64, most_payload = 4096 };

struct mailbox {
    int listener, journal;
    struct peer_record record;
    struct iovec datagram[2 * peer_most_fields];
};

static struct mailbox mailboxes[most_mailboxes];
static atomic_ullong sequence;

static void stop(const char *what) {
    fprintf(stderr, "c-echo: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct sockaddr_un address_of(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof address.sun_path) stop(path);
    strcpy(address.sun_path, path);
    return address;
}

static void write_record(struct mailbox *mailbox) {
    static char line_end[] = "\n";
    struct msghdr message = {.msg_iov = mailbox->datagram, .msg_iovlen = 2 * (size_t)mailbox->record.count};
    peer_record_renew(&mailbox->record, ++sequence);
    for (int index = 0; index < mailbox->record.count; index++) {
        mailbox->datagram[2 * index] = mailbox->record.fields[index];
        mailbox->datagram[2 * index + 1] = (struct iovec){line_end, 1};
    }
    if (sendmsg(mailbox->journal, &message, MSG_NOSIGNAL) < 0) stop("journald");
}

static void serve(struct mailbox *mailbox, int client) {
    struct { uint32_t words[3]; uint8_t payload[most_payload]; } frame;
    const size_t header = sizeof frame.words;
    while (recv(client, frame.words, header, MSG_WAITALL) == (ssize_t)header) {
        size_t size = ntohl(frame.words[2]);
        /* NORMAL, for PCI DOE. */
        if (ntohl(frame.words[0]) != 1 || ntohl(frame.words[1]) != 2 || size > most_payload) return;
        if (recv(client, frame.payload, size, MSG_WAITALL) != (ssize_t)size) return;
        write_record(mailbox);
        if (send(client, &frame, header + size, MSG_NOSIGNAL) != (ssize_t)(header + size)) return;
    }
}

static void *run(void *argument) {
    struct mailbox *mailbox = argument;
    int client;
    while ((client = accept4(mailbox->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        serve(mailbox, client);
        close(client);
    }
    stop("accept");
    return NULL;
}

static void open_mailbox(struct mailbox *mailbox, const char *path, const char *journal_path, const char *fields) {
    struct sockaddr_un address = address_of(path), journal = address_of(journal_path);
    if (peer_record_load(&mailbox->record, fields)) stop(fields);
    mailbox->journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (mailbox->journal < 0 || connect(mailbox->journal, (struct sockaddr *)&journal, sizeof journal))
        stop(journal_path);
    mailbox->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (mailbox->listener < 0 || bind(mailbox->listener, (struct sockaddr *)&address, sizeof address)
        || listen(mailbox->listener, 8))
        stop(path);
}

int main(int count, char **arguments) {
    int wanted = count == 5 ? atoi(arguments[2]) : 0;
    if (wanted < 1 || wanted > most_mailboxes) {
        fprintf(stderr, "use: c-echo FOLDER COUNT JOURNAL-SOCKET FIELDS (COUNT 1 to %d)\n", most_mailboxes);
        return 2;
    }
    for (int index = 0; index < wanted; index++) {
        char path[200];
        pthread_t thread;
        snprintf(path, sizeof path, "%s/%d.sock", arguments[1], index + 1);
        open_mailbox(&mailboxes[index], path, arguments[3], arguments[4]);
        if ((errno = pthread_create(&thread, NULL, run, &mailboxes[index]))) stop("pthread_create");
    }
    puts("ready");
    fflush(stdout);
    for (;;) pause();
}
