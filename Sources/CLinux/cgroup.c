#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <string.h>

/* FILEID_KERNFS: the handle of a file of kernfs is its number alone (linux/exportfs.h, 5.5 and later). */
#define KERNFS_HANDLE 0xfe

int clinux_cgroup_open(int hierarchy, uint64_t number) {
    union {
        struct file_handle handle;
        char space[sizeof(struct file_handle) + sizeof number];
    } file;
    memset(&file, 0, sizeof file);
    file.handle.handle_bytes = sizeof number;
    file.handle.handle_type = KERNFS_HANDLE;
    memcpy(file.space + sizeof(struct file_handle), &number, sizeof number);
    return open_by_handle_at(hierarchy, &file.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
