/* The rules' peer: one open-addressing hash table, at most half full. */
#include "CPeers.h"

#include <stdlib.h>
#include <string.h>

struct slot {
    uint64_t hash;
    char *unit;
    uint32_t object;
    uint32_t line; /* 0 marks a free slot */
    int allow;
};

struct request {
    char *unit;
    uint32_t object;
};

struct peer_lookup {
    struct slot *slots;
    size_t mask;
    struct request *requests;
    size_t count;
    size_t capacity;
};

static uint64_t hash_of(uint32_t object, const char *unit) {
    uint64_t hash = 0xcbf29ce484222325u ^ object; /* FNV-1a over the unit */
    for (; unit && *unit; unit++) hash = (hash ^ (unsigned char)*unit) * 0x100000001b3u;
    hash *= 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static int same_unit(const char *left, const char *right) {
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static char *copy_of(const char *text) {
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy) abort();
    return copy;
}

static const struct slot *find(const struct peer_lookup *lookup, uint32_t object, const char *unit) {
    uint64_t hash = hash_of(object, unit);
    for (size_t place = hash & lookup->mask;; place = (place + 1) & lookup->mask) {
        const struct slot *slot = &lookup->slots[place];
        if (slot->line == 0) return slot;
        if (slot->hash == hash && slot->object == object && same_unit(slot->unit, unit)) return slot;
    }
}

struct peer_lookup *peer_lookup_create(size_t rules, size_t requests) {
    struct peer_lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup) abort();
    size_t size = 16;
    while (size < rules * 2) size *= 2;
    lookup->mask = size - 1;
    lookup->slots = calloc(size, sizeof *lookup->slots);
    lookup->requests = calloc(requests, sizeof *lookup->requests);
    lookup->capacity = requests;
    if (!lookup->slots || !lookup->requests) abort();
    return lookup;
}

void peer_lookup_add_rule(struct peer_lookup *lookup, uint32_t object, const char *unit, uint32_t line, int allow) {
    struct slot *slot = (struct slot *)find(lookup, object, unit);
    if (slot->line) return; /* the first rule wins */
    *slot = (struct slot){hash_of(object, unit), copy_of(unit), object, line, allow};
}

void peer_lookup_add_request(struct peer_lookup *lookup, uint32_t object, const char *unit) {
    if (lookup->count == lookup->capacity) abort();
    lookup->requests[lookup->count++] = (struct request){copy_of(unit), object};
}

uint32_t peer_lookup_line(const struct peer_lookup *lookup, size_t request) {
    return find(lookup, lookup->requests[request].object, lookup->requests[request].unit)->line;
}

uint64_t peer_lookup_all(const struct peer_lookup *lookup) {
    uint64_t allowed = 0;
    for (size_t index = 0; index < lookup->count; index++) {
        const struct request *request = &lookup->requests[index];
        const struct slot *slot = find(lookup, request->object, request->unit);
        allowed += slot->line != 0 && slot->allow;
    }
    return allowed;
}

void peer_lookup_free(struct peer_lookup *lookup) {
    for (size_t place = 0; place <= lookup->mask; place++) free(lookup->slots[place].unit);
    for (size_t index = 0; index < lookup->count; index++) free(lookup->requests[index].unit);
    free(lookup->slots);
    free(lookup->requests);
    free(lookup);
}
