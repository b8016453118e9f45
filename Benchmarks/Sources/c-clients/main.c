/* Many clients at once, each with one exchange in flight, on sockets with the SPDM socket framing.
 *
 *   c-clients EXCHANGES SOCKET...
 *
 * One client, a thread, for each socket. Each sends the vendor object 10de:01 so many times and must get it back. Who is
 * refused because the journal lags asks again after a millisecond; any other refusal ends the run. A time is from the first
 * asking to the answer. Prints one line of NAME=value words. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "CPeers.h"

enum { most_clients = 64, object_size = 24, most_notice = 8192, explain = 0xd0e1 };

struct client {
    const char *path;
    int socket;
    size_t exchanges, asked_again;
    uint64_t *nanoseconds;
};

static struct client clients[most_clients];
static pthread_barrier_t start;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "c-clients: %s: %s\n", what, why);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The payload's size; one frame, whose command and transport must be these. */
static size_t take(struct client *client, const uint32_t expected[2], uint8_t *payload, size_t capacity) {
    uint32_t header[3];
    if (recv(client->socket, header, sizeof header, MSG_WAITALL) != sizeof header) stop(client->path, "no answer");
    size_t size = ntohl(header[2]);
    if (memcmp(header, expected, 2 * sizeof *header) || size > capacity) stop(client->path, "an unexpected frame");
    if (size && recv(client->socket, payload, size, MSG_WAITALL) != (ssize_t)size) stop(client->path, "half a frame");
    return size;
}

/* Asks why: only a journal that lags is no mistake. */
static void check_refusal(struct client *client) {
    const uint32_t question[3] = {htonl(explain), htonl(2), 0};
    uint8_t notice[most_notice + 1];
    if (send(client->socket, question, sizeof question, MSG_NOSIGNAL) < 0) stop(client->path, strerror(errno));
    notice[take(client, question, notice, most_notice)] = 0;
    if (!strstr((char *)notice, "\"rule\":\"trail\"")) stop(client->path, (char *)notice);
    client->asked_again++;
}

static void *run(void *argument) {
    struct client *client = argument;
    struct { uint32_t words[3]; uint8_t object[object_size]; } frame = {
        {htonl(1), htonl(2), htonl(object_size)}, {0xde, 0x10, 1, 0, object_size / 4}};
    const struct timespec rest = {.tv_nsec = 1000000};
    pthread_barrier_wait(&start);
    for (size_t index = 0; index < client->exchanges; index++) {
        uint8_t answer[object_size];
        size_t size;
        memcpy(frame.object + 8, &index, sizeof index);
        uint64_t begin = now();
        for (;;) {
            if (send(client->socket, &frame, sizeof frame, MSG_NOSIGNAL) < 0) stop(client->path, strerror(errno));
            if ((size = take(client, frame.words, answer, sizeof answer))) break;
            check_refusal(client);
            nanosleep(&rest, NULL);
        }
        if (size != object_size || memcmp(answer, frame.object, size)) stop(client->path, "not the object that was sent");
        client->nanoseconds[index] = now() - begin;
    }
    return NULL;
}

static int by_size(const void *one, const void *other) {
    uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)other;
    return left < right ? -1 : left > right;
}

int main(int count, char **arguments) {
    size_t exchanges = count > 2 ? strtoul(arguments[1], NULL, 10) : 0, asked_again = 0;
    int wanted = count - 2;
    if (!exchanges || wanted > most_clients) {
        fprintf(stderr, "use: c-clients EXCHANGES SOCKET... (at most %d)\n", most_clients);
        return 2;
    }
    size_t all = exchanges * (size_t)wanted;
    uint64_t *times = calloc(all, sizeof *times);
    pthread_t threads[most_clients];
    if (!times) stop("calloc", strerror(errno));
    pthread_barrier_init(&start, NULL, (unsigned)wanted + 1);
    for (int index = 0; index < wanted; index++) {
        struct client *client = &clients[index];
        *client = (struct client){arguments[index + 2], peer_connect(arguments[index + 2]), exchanges, 0,
                                  times + exchanges * (size_t)index};
        if (client->socket < 0) stop(client->path, "cannot connect");
        if (pthread_create(&threads[index], NULL, run, client)) stop("pthread_create", "no thread");
    }
    pthread_barrier_wait(&start);
    uint64_t begin = now();
    for (int index = 0; index < wanted; index++) {
        pthread_join(threads[index], NULL);
        asked_again += clients[index].asked_again;
    }
    double seconds = (double)(now() - begin) / 1e9;
    qsort(times, all, sizeof *times, by_size);
    printf("exchanges=%zu seconds=%.4f rate=%.0f p50=%.1f p99=%.1f asked_again=%zu\n", all, seconds,
           (double)all / seconds, (double)times[all / 2] / 1e3, (double)times[all * 99 / 100] / 1e3, asked_again);
    return 0;
}
