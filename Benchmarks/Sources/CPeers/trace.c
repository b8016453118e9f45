/* The trace decoder's peer: pages of the kernel's ring buffer, and the events in them. */
#include "CPeers.h"

#include <stdlib.h>
#include <string.h>

enum { page_size = 4096, page_header = 16, padding = 29, time_extend = 30, time_stamp = 31 };

static uint32_t dword(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t number(const uint8_t *event, const struct peer_number *field) {
    uint64_t value = 0;
    memcpy(&value, event + field->offset, field->size);
    unsigned unused = 64 - 8 * field->size;
    return field->is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
}

/* 0000:0d:00.0 */
static int name(const char *text, uint64_t *sum) {
    char *end;
    uint64_t domain = strtoul(text, &end, 16);
    if (*end != ':') return -1;
    uint64_t bus = strtoul(end + 1, &end, 16);
    if (*end != ':') return -1;
    uint64_t device = strtoul(end + 1, &end, 16);
    if (*end != '.') return -1;
    uint64_t function = strtoul(end + 1, &end, 16);
    if (*end) return -1;
    *sum += domain + bus + device + function;
    return 0;
}

static uint64_t decode(const uint8_t *event, size_t size, uint64_t time, const struct peer_layout *layout) {
    uint64_t sum = time + (uint64_t)(int64_t)(int32_t)dword(event + layout->thread);
    if (layout->name >= 0) {
        uint32_t place = dword(event + layout->name);
        size_t begin = place & 0xffff, length = place >> 16;
        if (!length || begin + length > size || event[begin + length - 1]) return 0;
        if (name((const char *)event + begin, &sum)) return 0;
    }
    for (unsigned index = 0; index < layout->count; index++) {
        const struct peer_number *field = &layout->numbers[index];
        if ((size_t)field->offset + field->size > size) return 0;
        sum += number(event, field);
    }
    return sum;
}

static uint64_t event_sum(const uint8_t *event, size_t size, uint64_t time, const struct peer_layout *layouts,
                          size_t kinds) {
    if (size < 8) return 0;
    uint16_t id = (uint16_t)dword(event);
    for (size_t index = 0; index < kinds; index++)
        if (layouts[index].id == id) return decode(event, size, time, &layouts[index]);
    return 0;
}

static uint64_t page_sum(const uint8_t *page, const struct peer_layout *layouts, size_t kinds) {
    uint64_t time, sum = 0;
    memcpy(&time, page, sizeof time);
    size_t offset = page_header, end = page_header + (dword(page + 8) & 0x3fffffff);
    if (end > page_size) return 0;
    while (offset + 4 <= end) {
        uint32_t head = dword(page + offset), type = head & 0x1f;
        uint64_t delta = head >> 5;
        if (type && type < padding) {
            size_t size = type * 4;
            if (offset + 4 + size > end) return sum;
            time += delta;
            sum += event_sum(page + offset + 4, size, time, layouts, kinds);
            offset += 4 + size;
            continue;
        }
        if ((type == padding && !delta) || offset + 8 > end) return sum;
        uint64_t second = dword(page + offset + 4);
        if (type == time_extend) {
            time += second << 27 | delta;
            offset += 8;
        } else if (type == time_stamp) {
            time = second << 27 | delta;
            offset += 8;
        } else {
            if (second < 4 || offset + 4 + second > end) return sum;
            time += delta;
            if (!type) sum += event_sum(page + offset + 8, second - 4, time, layouts, kinds);
            offset += 4 + second;
        }
    }
    return sum;
}

uint64_t peer_trace_all(const uint8_t *pages, size_t count, const struct peer_layout *layouts, size_t kinds) {
    uint64_t sum = 0;
    for (size_t index = 0; index < count; index++) sum += page_sum(pages + index * page_size, layouts, kinds);
    return sum;
}
