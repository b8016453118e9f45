#define _GNU_SOURCE
#include "CSPDM.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { normal = 1, explain = 0xd0e1, pci_doe = 2, header_size = 8 };

static const char *program = "spdm";

void spdm_stop(const char *what, const char *why) {
    fprintf(stderr, "%s: %s: %s\n", program, what, why);
    exit(1);
}

void spdm_prepare(const char *name) {
    program = name;
    if (!gcry_check_version(NULL)) spdm_stop("libgcrypt", "too old");
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static struct sockaddr_in this_host(uint16_t port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int spdm_connect(uint16_t port) {
    struct sockaddr_in address = this_host(port);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address))
        spdm_stop("connect", strerror(errno));
    return descriptor;
}

int spdm_listen(uint16_t *port) {
    struct sockaddr_in address = this_host(0);
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, size) || listen(descriptor, 8) ||
        getsockname(descriptor, (struct sockaddr *)&address, &size))
        spdm_stop("listen", strerror(errno));
    *port = ntohs(address.sin_port);
    return descriptor;
}

static void send_piece(int descriptor, const void *bytes, size_t count) {
    const uint8_t *start = bytes;
    while (count) {
        ssize_t sent = send(descriptor, start, count, MSG_NOSIGNAL);
        if (sent < 0) spdm_stop("send", strerror(errno));
        start += sent;
        count -= (size_t)sent;
    }
}

void spdm_send(int descriptor, uint8_t type, const uint8_t *message, size_t count) {
    static uint8_t object[header_size + spdm_most];
    size_t size = header_size + (count + 3) / 4 * 4;
    const uint32_t dwords[2] = {1 | (uint32_t)type << 16, (uint32_t)(size / 4)};
    const uint32_t words[3] = {htonl(normal), htonl(pci_doe), htonl((uint32_t)size)};
    if (count > spdm_most) spdm_stop("send", "a message that is too large");
    memcpy(object, dwords, sizeof dwords);
    memcpy(object + header_size, message, count);
    memset(object + header_size + count, 0, size - header_size - count);
    for (int word = 0; word < 3; word++) send_piece(descriptor, &words[word], sizeof words[word]);
    send_piece(descriptor, object, size);
}

/* 0 where the other end has hung up before the first byte. */
static int receive_piece(int descriptor, void *bytes, size_t count) {
    ssize_t got = recv(descriptor, bytes, count, MSG_WAITALL);
    if (got == 0) return 0;
    if (got != (ssize_t)count) spdm_stop("receive", got < 0 ? strerror(errno) : "half a frame");
    return 1;
}

/* Only doe-auditd refuses, and it tells why where it is asked (docs/framing.md). Ends the program with 3: a session that is
 * refused a message cannot go on, since its sequence number is used up. */
static void stop_refused(int descriptor) {
    const uint32_t question[3] = {htonl(explain), htonl(pci_doe), 0};
    uint32_t words[3];
    static char reason[spdm_most + 1];
    send_piece(descriptor, question, sizeof question);
    if (receive_piece(descriptor, words, sizeof words) && ntohl(words[2]) <= spdm_most)
        receive_piece(descriptor, reason, ntohl(words[2]));
    fprintf(stderr, "%s: the request was refused: %s\n", program, reason);
    exit(3);
}

size_t spdm_receive(int descriptor, uint8_t *type, uint8_t message[spdm_most]) {
    uint32_t words[3], dwords[2];
    if (!receive_piece(descriptor, words, sizeof words)) return 0;
    size_t size = ntohl(words[2]);
    if (words[0] != htonl(normal) || words[1] != htonl(pci_doe)) spdm_stop("receive", "another kind of frame");
    if (size == 0) stop_refused(descriptor);
    if (size < header_size + 4 || size > header_size + spdm_most) spdm_stop("receive", "an object of a wrong size");
    if (!receive_piece(descriptor, dwords, sizeof dwords) ||
        !receive_piece(descriptor, message, size - header_size))
        spdm_stop("receive", "half a frame");
    *type = (uint8_t)(dwords[0] >> 16);
    if ((dwords[0] & 0xff00ffff) != 1 || dwords[1] != size / 4 || (*type != spdm_plain && *type != spdm_secured))
        spdm_stop("receive", "no SPDM object");
    return size - header_size;
}
