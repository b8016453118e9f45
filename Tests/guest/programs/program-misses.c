/*
 * program-misses NAME
 * Prints how often the kernel could not run the BPF programs of this name, all of them together.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int main(int count, char **argument)
{
	uint32_t id = 0;
	unsigned long long misses = 0;

	if (count != 2)
		return fprintf(stderr, "program-misses NAME\n"), 1;
	for (;;) {
		struct bpf_prog_info info = {0};
		union bpf_attr attributes;
		memset(&attributes, 0, sizeof attributes);
		attributes.start_id = id;
		if (bpf(BPF_PROG_GET_NEXT_ID, &attributes))
			break;
		id = attributes.next_id;
		memset(&attributes, 0, sizeof attributes);
		attributes.prog_id = id;
		int program = bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
		if (program < 0)
			continue;
		memset(&attributes, 0, sizeof attributes);
		attributes.info.bpf_fd = program;
		attributes.info.info_len = sizeof info;
		attributes.info.info = (uintptr_t)&info;
		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) && !strcmp(info.name, argument[1]))
			misses += info.recursion_misses;
		close(program);
	}
	printf("%llu\n", misses);
	return 0;
}
