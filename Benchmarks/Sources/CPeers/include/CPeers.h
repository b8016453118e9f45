/* What a C programmer would write in our place, for `measure` to stand beside. */
#ifndef CPEERS_H
#define CPEERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Rules in a hash table, keyed by object and unit, and a list of requests to look up. A NULL unit is no unit. */
struct peer_lookup;
struct peer_lookup *peer_lookup_create(size_t rules, size_t requests);
void peer_lookup_add_rule(struct peer_lookup *lookup, uint32_t object, const char *unit, uint32_t line, int allow);
void peer_lookup_add_request(struct peer_lookup *lookup, uint32_t object, const char *unit);
uint32_t peer_lookup_line(const struct peer_lookup *lookup, size_t request); /* of the rule that decides; 0 for none */
uint64_t peer_lookup_all(const struct peer_lookup *lookup);                  /* how many requests are allowed */
void peer_lookup_free(struct peer_lookup *lookup);

/* Headers, two dwords each: the sum of their fields; a header that cannot be counts 1. */
uint64_t peer_headers_all(const uint32_t *dwords, size_t headers);

/* Events of the kernel's trace: where the fields of each kind are, and pages of the ring buffer one after the other. The sum
 * of all times, threads, numbers, and the parts of the names that they carry; what has no layout is left out. */
enum { peer_most_numbers = 6 };
struct peer_layout {
    uint16_t id;
    uint16_t thread;
    int16_t name; /* a __data_loc; below 0 where there is none */
    uint16_t count;
    struct peer_number {
        uint16_t offset;
        uint8_t size, is_signed;
    } numbers[peer_most_numbers];
};
uint64_t peer_trace_all(const uint8_t *pages, size_t count, const struct peer_layout *layouts, size_t kinds);

/* A client with one exchange in flight on a Unix socket with the SPDM socket framing. */
int peer_connect(const char *path);
/* Exchanges `count` times and stores how long each took. The last answer's payload goes to `answer`; returns its size,
 * 0 when it was refused, -1 when the socket failed or the answer was no frame with a payload that fits. */
ssize_t peer_exchanges(int socket, const uint8_t *request, size_t size, uint8_t *answer, size_t capacity,
                       uint64_t *nanoseconds, size_t count);

/* A journal entry: NAME=value fields, taken from a file of such lines. It points into itself: not to be copied. */
enum { peer_most_fields = 64, peer_most_text = 64 };
struct peer_record {
    struct iovec fields[peer_most_fields];
    int count;
    char number[peer_most_text], wall[peer_most_text], since_boot[peer_most_text];
};
int peer_record_load(struct peer_record *record, const char *path); /* -1 with errno where there is no field */
void peer_record_renew(struct peer_record *record, unsigned long long sequence); /* this number, and the time now */

uint64_t peer_process_nanoseconds(pid_t process); /* CPU time that it has used; 0 when it cannot be learned */

#endif
