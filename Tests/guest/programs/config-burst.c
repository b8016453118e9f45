/*
 * config-burst FILE OFFSET COUNT [write]
 * Reads the dword at an offset of a function's config file so many times, as fast as it goes, or writes what stands there,
 * and prints how many nanoseconds one took. Exit: 0 done, 1 not.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double nanoseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

int main(int count, char **argument)
{
	int writes = count == 5 && !strcmp(argument[4], "write");
	if (count != 4 && !writes)
		return fprintf(stderr, "config-burst FILE OFFSET COUNT [write]\n"), 1;
	int file = open(argument[1], writes ? O_RDWR : O_RDONLY);
	long offset = strtol(argument[2], NULL, 0), times = strtol(argument[3], NULL, 0);
	uint32_t value;
	if (file < 0 || pread(file, &value, 4, offset) != 4)
		return perror(argument[1]), 1;
	double began = nanoseconds();
	for (long i = 0; i < times; i++)
		if ((writes ? pwrite(file, &value, 4, offset) : pread(file, &value, 4, offset)) != 4)
			return perror(writes ? "write" : "read"), 1;
	printf("%.0f\n", (nanoseconds() - began) / times);
	return 0;
}
