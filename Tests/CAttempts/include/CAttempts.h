/* What a process may try, each in a child of its own that goes into a room first: plain calls of the kernel's, whose
 * arguments do no harm where nothing stops them. */
#ifndef CATTEMPTS_H
#define CATTEMPTS_H

#include <stddef.h>

size_t cattempts_count(void);
const char *cattempts_name(size_t attempt);
/* Has a child enter a room and try. `enter` is 0 where it is in. The answer: "done", the name of an error or of the signal that
 * ended the child, or "no room". The process has to have one thread.
 *
 * The directory is one with kept/, where the room lets files be made, read/file, and outside/: anyones (everybody's), roots and
 * setuid (root's alone; a program that lets its caller read as root). */
const char *cattempts_try(size_t attempt, const char *directory, int (*enter)(void));

#endif
