/* A journal entry with the fields of one of doe-auditd's own records. Only the number and the times are made anew for
 * each entry: no policy, no digest, no ring, no chain. */
#include "CPeers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long long microseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

int peer_record_load(struct peer_record *record, const char *path) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    record->count = 0;
    if (!file) return -1;
    while ((size = getline(&line, &capacity, file)) > 0) {
        char *text = line;
        if (line[size - 1] == '\n') line[--size] = 0;
        if (!strchr(line, '=') || record->count == peer_most_fields) continue;
        if (!strncmp(line, "DOE_SEQ=", 8)) text = record->number;
        else if (!strncmp(line, "DOE_TIME=", 9)) text = record->wall;
        else if (!strncmp(line, "DOE_MONOTONIC=", 14)) text = record->since_boot;
        else if (!(text = strdup(line))) break;
        record->fields[record->count++] = (struct iovec){text, (size_t)size};
    }
    free(line);
    fclose(file);
    errno = ENODATA;
    return record->count ? 0 : -1;
}

void peer_record_renew(struct peer_record *record, unsigned long long sequence) {
    snprintf(record->number, peer_most_text, "DOE_SEQ=%llu", sequence);
    snprintf(record->wall, peer_most_text, "DOE_TIME=%llu", microseconds(CLOCK_REALTIME));
    snprintf(record->since_boot, peer_most_text, "DOE_MONOTONIC=%llu", microseconds(CLOCK_MONOTONIC));
    for (int index = 0; index < record->count; index++) {
        const char *text = record->fields[index].iov_base;
        if (text == record->number || text == record->wall || text == record->since_boot)
            record->fields[index].iov_len = strlen(text);
    }
}
