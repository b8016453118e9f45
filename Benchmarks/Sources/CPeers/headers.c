/* The decoder's peer: the object header of PCIe r6.0 6.30.1.1. */
#include "CPeers.h"

struct header {
    uint16_t vendor;
    uint8_t type;
    uint32_t dwords;
    uint16_t connection;
};

static int decode(uint32_t dword0, uint32_t dword1, struct header *header) {
    uint32_t length = dword1 & 0x3ffff;
    if (length == 1) return -1;
    header->vendor = dword0 & 0xffff;
    header->type = dword0 >> 16 & 0xff;
    header->dwords = length ? length : 1u << 18;
    header->connection = dword1 >> 18 & 0xfff;
    return 0;
}

static uint64_t sum(const struct header *header) {
    return (uint64_t)header->vendor + header->type + header->dwords + header->connection;
}

uint64_t peer_headers_all(const uint32_t *dwords, size_t headers) {
    uint64_t total = 0;
    for (size_t index = 0; index < headers; index++) {
        struct header header;
        total += decode(dwords[2 * index], dwords[2 * index + 1], &header) ? 1 : sum(&header);
    }
    return total;
}
