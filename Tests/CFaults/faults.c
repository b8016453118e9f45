/* The program's own definitions come before those of the C library. */
#define _GNU_SOURCE
#include "CFaults.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static atomic_int is_planned;
static char planned_place[256];
static uint64_t planned_first, planned_last, calls;
static int planned_error;

void cfaults_begin(const char *place, uint64_t first, uint64_t last, int error) {
    pthread_mutex_lock(&lock);
    while (atomic_load(&is_planned)) pthread_cond_wait(&ended, &lock);
    snprintf(planned_place, sizeof planned_place, "%s", place);
    planned_first = first;
    planned_last = last;
    planned_error = error;
    calls = 0;
    atomic_store(&is_planned, 1);
    pthread_mutex_unlock(&lock);
}

uint64_t cfaults_count(void) {
    pthread_mutex_lock(&lock);
    uint64_t count = calls;
    pthread_mutex_unlock(&lock);
    return count;
}

void cfaults_end(void) {
    pthread_mutex_lock(&lock);
    atomic_store(&is_planned, 0);
    pthread_cond_signal(&ended);
    pthread_mutex_unlock(&lock);
}

/* 1 where this call on this descriptor is to fail; errno is set then. */
static int fails(int descriptor) {
    if (!atomic_load(&is_planned)) return 0;
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    pthread_mutex_lock(&lock);
    int is_meant = 0;
    if (atomic_load(&is_planned) && strstr(path, planned_place)) {
        calls += 1;
        is_meant = calls >= planned_first && calls <= planned_last;
    }
    int error = planned_error;
    pthread_mutex_unlock(&lock);
    if (is_meant) errno = error;
    return is_meant;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return fails(descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return fails(descriptor) ? -1 : syscall(SYS_write, descriptor, bytes, count);
}

int fdatasync(int descriptor) { return fails(descriptor) ? -1 : (int)syscall(SYS_fdatasync, descriptor); }

int fsync(int descriptor) { return fails(descriptor) ? -1 : (int)syscall(SYS_fsync, descriptor); }
