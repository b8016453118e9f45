/* What several files here do with errors. */
#ifndef CLINUX_ERRORS_H
#define CLINUX_ERRORS_H

#include <errno.h>
#include <unistd.h>

static inline int close_keeping_errno(int descriptor) {
    int saved = errno;
    close(descriptor);
    errno = saved;
    return -1;
}

#endif
