/*
 * table-change NAME
 * Takes every key out of the BPF maps of this name, as root can who finds them by their numbers. Prints how many keys.
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

static int empty(int map)
{
	char key[256];
	int keys = 0;

	for (;;) {
		union bpf_attr attributes;
		memset(&attributes, 0, sizeof attributes);
		attributes.map_fd = map;
		attributes.next_key = (uintptr_t)key;
		if (bpf(BPF_MAP_GET_NEXT_KEY, &attributes))
			return keys;
		attributes.key = (uintptr_t)key;
		attributes.next_key = 0;
		if (bpf(BPF_MAP_DELETE_ELEM, &attributes))
			return keys;
		keys++;
	}
}

int main(int count, char **argument)
{
	uint32_t id = 0;
	int keys = 0;

	if (count != 2)
		return fprintf(stderr, "table-change NAME\n"), 1;
	for (;;) {
		struct bpf_map_info info = {0};
		union bpf_attr attributes;
		memset(&attributes, 0, sizeof attributes);
		attributes.start_id = id;
		if (bpf(BPF_MAP_GET_NEXT_ID, &attributes))
			break;
		id = attributes.next_id;
		memset(&attributes, 0, sizeof attributes);
		attributes.map_id = id;
		int map = bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
		if (map < 0)
			continue;
		memset(&attributes, 0, sizeof attributes);
		attributes.info.bpf_fd = map;
		attributes.info.info_len = sizeof info;
		attributes.info.info = (uintptr_t)&info;
		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) && !strcmp(info.name, argument[1]))
			keys += empty(map);
		close(map);
	}
	printf("%d\n", keys);
	return 0;
}
