/* Files: in memory, on disk, and those of which it must be certain whose they are. */
#define _GNU_SOURCE
#include "CLinux.h"
#include "errors.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

int clinux_memfd_sealed(const char *name, const void *bytes, size_t count) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return close_keeping_errno(descriptor);
        next += written;
        count -= (size_t)written;
    }
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return close_keeping_errno(descriptor);
    return descriptor;
}

int clinux_is_sealed(int descriptor) {
    const int all = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & all) == all;
}

int clinux_allocate(int descriptor, int64_t size) {
    int error = posix_fallocate(descriptor, 0, size);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

/* The inode of the root of procfs (PROC_ROOT_INO in the kernel's fs/proc) and of securityfs (simple_fill_super in
   fs/libfs.c): no other directory of theirs has it. */
#define ROOT_INODE 1

static uint64_t mount_of(int descriptor) { /* 0 where it is not known; Linux 5.8 and later tell it */
    struct statx status;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0) return 0;
    return status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
}

/* Not openat2 with RESOLVE_NO_XDEV: RestrictSUIDSGID= in a unit lets systemd's filter refuse openat2 as a whole. */
static int open_kernels_own(int root, const char *name, int64_t magic) {
    struct statfs filesystem;
    struct stat status;
    uint64_t mount = mount_of(root);
    if (mount == 0 || fstatfs(root, &filesystem) < 0 || filesystem.f_type != magic || fstat(root, &status) < 0 ||
        status.st_ino != ROOT_INODE) {
        errno = EXDEV;
        return -1;
    }
    /* Not blocking: a pipe that was mounted there must not hang the start. */
    int descriptor = openat(root, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor >= 0 && mount_of(descriptor) != mount) {
        errno = EXDEV;
        descriptor = close_keeping_errno(descriptor);
    }
    return descriptor;
}

int clinux_open_procfs(const char *directory, const char *name) {
    int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return -1;
    int descriptor = open_kernels_own(root, name, PROC_SUPER_MAGIC);
    close_keeping_errno(root);
    return descriptor;
}

static int look_at_file(int place, const char *path, unsigned mask, struct statx *file, uint64_t *device, uint64_t *number) {
    int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
    if (statx(place, path, flags, mask, file) < 0) return -1;
    *device = (uint64_t)file->stx_dev_major << 32 | file->stx_dev_minor;
    *number = file->stx_ino;
    return 0;
}

int clinux_file_number(int place, const char *path, uint64_t *device, uint64_t *number) {
    struct statx file;
    return look_at_file(place, path, STATX_INO, &file, device, number);
}

int clinux_named_file(int place, const char *path, uint64_t *device, uint64_t *number, int64_t *made) {
    const unsigned mask = STATX_INO | STATX_NLINK | STATX_BTIME;
    struct statx file;
    if (look_at_file(place, path, mask, &file, device, number) < 0) return -1;
    if (file.stx_mask & STATX_NLINK && file.stx_nlink == 0) {
        errno = ENOENT;
        return -1;
    }
    if ((file.stx_mask & mask) != mask) {
        errno = ENODATA;
        return -1;
    }
    *made = (int64_t)file.stx_btime.tv_sec * 1000000000 + file.stx_btime.tv_nsec;
    return 0;
}

static int open_linkless(const char *path, uint64_t resolve) {
    struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | resolve };
    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

/* The same step by step, where a filter of calls has taken openat2 away. */
static int walk_linkless(const char *path) {
    const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    int place = open(*path == '/' ? "/" : ".", flags);
    char step[NAME_MAX + 1];
    for (path += strspn(path, "/"); place >= 0 && *path; path += strspn(path, "/")) {
        size_t length = strcspn(path, "/");
        if (length > NAME_MAX) {
            close(place);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(step, path, length);
        step[length] = 0;
        path += length;
        int next = openat(place, step, *path ? flags | O_DIRECTORY : flags);
        /* A link in the middle is no directory. */
        struct stat found = { 0 };
        int error = next < 0 ? errno : 0;
        bool is_link = (next >= 0 ? fstat(next, &found) : fstatat(place, step, &found, AT_SYMLINK_NOFOLLOW)) == 0 &&
            S_ISLNK(found.st_mode);
        close(place);
        if (is_link && next >= 0) close(next);
        place = is_link ? -1 : next;
        errno = is_link ? ELOOP : error;
    }
    return place;
}

int clinux_open_place(const char *path) {
    int place = open_linkless(path, 0);
    return place < 0 && errno == ENOSYS ? walk_linkless(path) : place;
}

int clinux_open_cached_place(const char *path) { return open_linkless(path, RESOLVE_CACHED); }

int clinux_is_sysfs(const char *path) {
    struct statfs filesystem;
    return statfs(path, &filesystem) == 0 && filesystem.f_type == SYSFS_MAGIC;
}

int clinux_is_tracefs(int descriptor) {
    struct statfs filesystem;
    return fstatfs(descriptor, &filesystem) == 0 && filesystem.f_type == TRACEFS_MAGIC;
}

int clinux_is_in_memory(int descriptor) {
    struct statfs filesystem;
    if (fstatfs(descriptor, &filesystem) != 0) return -1;
    return filesystem.f_type == TMPFS_MAGIC || filesystem.f_type == RAMFS_MAGIC;
}

int clinux_take_number(int from, int number) { return dup3(from, number, O_CLOEXEC); }

int clinux_open_past_cache(int descriptor) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_RDONLY | O_CLOEXEC | O_DIRECT);
}

int clinux_open_securityfs(const char *directory, const char *name) {
    int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        /* So that ENOENT says one thing alone. */
        if (errno == ENOENT) errno = ENODEV;
        return -1;
    }
    int descriptor = open_kernels_own(root, name, SECURITYFS_MAGIC);
    close_keeping_errno(root);
    return descriptor;
}
