/* Has writes and syncs of a test's own files fail: pwrite, write, fdatasync and fsync of this program go through here. */
#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdint.h>

/* From now on, of the calls on files whose path contains `place`, the first to the last (from 1) fail with this errno and do
 * nothing. One plan at a time: who comes meanwhile waits for its end. */
void cfaults_begin(const char *place, uint64_t first, uint64_t last, int error);
/* How many of them there were. */
uint64_t cfaults_count(void);
/* All calls work again. */
void cfaults_end(void);

#endif
