/* A plain relay: takes one TCP connection at a time on this host and moves bytes between it and another port, looking at
 * nothing. What doe-auditd in front of an SPDM socket is measured against.
 *
 *   c-relay PORT
 *
 * It listens on a port of its own choice, which it prints, and connects to PORT for each client. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void stop(const char *what) {
    fprintf(stderr, "c-relay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int tcp_socket(void) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) stop("socket");
    return descriptor;
}

/* TCP_QUICKACK does not stick. Without it a peer that writes in small pieces waits 40 ms for each. */
static void acknowledge_at_once(int descriptor) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void send_at_once(int descriptor) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    acknowledge_at_once(descriptor);
}

/* 0 where one end has hung up. */
static int move(int from, int to) {
    static uint8_t bytes[65536];
    ssize_t count = recv(from, bytes, sizeof bytes, 0);
    if (count <= 0) return 0;
    acknowledge_at_once(from);
    for (ssize_t done = 0; done < count;) {
        ssize_t sent = send(to, bytes + done, (size_t)(count - done), MSG_NOSIGNAL);
        if (sent < 0) return 0;
        done += sent;
    }
    return 1;
}

static void relay(int client, int peer) {
    struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = peer, .events = POLLIN}};
    for (;;) {
        if (poll(ends, 2, -1) < 0) stop("poll");
        if (ends[0].revents && !move(client, peer)) return;
        if (ends[1].revents && !move(peer, client)) return;
    }
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (count != 2) {
        fputs("use: c-relay PORT\n", stderr);
        return 2;
    }
    int listener = tcp_socket();
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 8)) stop("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &size)) stop("getsockname");
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    address.sin_port = htons((uint16_t)atoi(arguments[1]));
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), peer = tcp_socket();
        if (client < 0) stop("accept");
        if (connect(peer, (struct sockaddr *)&address, size)) stop("connect");
        send_at_once(client);
        send_at_once(peer);
        relay(client, peer);
        close(client);
        close(peer);
    }
}
