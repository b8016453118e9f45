#include "CLinux.h"

#include <errno.h>
#include <linux/cxl_mem.h>
#include <sys/ioctl.h>

/* Many more than there are: Linux 7.3 has 21. */
enum { MOST = 128 };

int clinux_cxl_commands(int device, struct clinux_cxl_command *commands, size_t capacity) {
    /* Both are of words of 32 bits. */
    enum { WORDS = (sizeof(struct cxl_mem_query_commands) + MOST * sizeof(struct cxl_command_info)) / 4 };
    uint32_t room[WORDS] = { 0 };
    struct cxl_mem_query_commands *query = (struct cxl_mem_query_commands *)room;
    query->n_commands = MOST;
    if (ioctl(device, CXL_MEM_QUERY_COMMANDS, query) != 0) return -1;
    /* The kernel does not say how many it has filled in; a command that it does not have is left as 0. */
    size_t count = 0;
    for (size_t index = 0; index < MOST; index++) {
        const struct cxl_command_info *info = &query->commands[index];
        if (info->id == 0) continue;
        if (count == capacity) {
            errno = ERANGE;
            return -1;
        }
        commands[count].number = info->id;
        commands[count].flags = info->flags;
        count++;
    }
    return (int)count;
}
