/*
 * crowd FILE OFFSET WRITERS HAMMERS SECONDS
 * Makes it hard to see who writes: threads that write a dword of a function's config space, what stood there when they
 * began, at the lowest priority, so that they are interrupted anywhere; threads that change a BPF map without end; and one
 * on each processor that does nothing but take its time. Prints how many writes were made. Exit: 0 done, 1 not.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *file;
static long offset;
static volatile int is_over;
static volatile unsigned long writes;

static void *writer(void *unused)
{
	uint32_t value;
	int config = open(file, O_RDWR);

	setpriority(PRIO_PROCESS, syscall(SYS_gettid), 19);
	if (config < 0 || pread(config, &value, 4, offset) != 4)
		return perror(file), NULL;
	while (!is_over) {
		for (int i = 0; i < 8 && !is_over; i++)
			if (pwrite(config, &value, 4, offset) == 4)
				__atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED);
		/* As fast as the trace can be read, and no faster. */
		usleep(20000);
	}
	return unused;
}

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void *hammer(void *unused)
{
	uint64_t key = 0, value = 0;
	union bpf_attr map, element;

	memset(&map, 0, sizeof map);
	map.map_type = BPF_MAP_TYPE_HASH;
	map.key_size = map.value_size = 8;
	map.max_entries = 1024;
	memset(&element, 0, sizeof element);
	element.map_fd = bpf(BPF_MAP_CREATE, &map);
	element.key = (uintptr_t)&key;
	element.value = (uintptr_t)&value;
	while (!is_over) {
		key = (key + 1) % 1024;
		if (bpf(BPF_MAP_UPDATE_ELEM, &element))
			return perror("bpf"), NULL;
	}
	return unused;
}

static void *idler(void *unused)
{
	while (!is_over)
		for (volatile int i = 0; i < 100000; i++)
			;
	return unused;
}

int main(int count, char **argument)
{
	if (count != 6)
		return fprintf(stderr, "crowd FILE OFFSET WRITERS HAMMERS SECONDS\n"), 1;
	file = argument[1];
	offset = strtol(argument[2], NULL, 0);
	int writers = atoi(argument[3]), hammers = atoi(argument[4]);
	int all = writers + hammers + sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t *threads = calloc(all, sizeof *threads);

	for (int i = 0; i < all; i++)
		pthread_create(&threads[i], NULL, i < writers ? writer : i < writers + hammers ? hammer : idler, NULL);
	sleep(atoi(argument[5]));
	is_over = 1;
	for (int i = 0; i < all; i++)
		pthread_join(threads[i], NULL);
	printf("%lu\n", writes);
	return 0;
}
