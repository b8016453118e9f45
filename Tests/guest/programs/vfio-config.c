/*
 * vfio-config ADDRESS GROUP [w OFFSET VALUE | r OFFSET | p SECONDS]...
 * Reads and writes dwords of a function's config space as a program does that holds the function for a guest: through
 * VFIO. GROUP is the name below /dev/vfio; one that begins with noiommu- has no IOMMU behind it.
 * p makes a pause. Prints a line for each dword read. Exit: 0 done, 1 not (one line says what failed).
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

int main(int count, char **argument)
{
	if (count < 3)
		return fprintf(stderr, "vfio-config ADDRESS GROUP [w OFFSET VALUE | r OFFSET]...\n"), 1;
	char path[64];
	int noiommu = strncmp(argument[2], "noiommu-", 8) == 0;
	int container = open("/dev/vfio/vfio", O_RDWR);
	need(container >= 0, "open /dev/vfio/vfio");
	snprintf(path, sizeof path, "/dev/vfio/%s", argument[2]);
	int group = open(path, O_RDWR);
	need(group >= 0, path);
	need(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) == 0, "VFIO_GROUP_SET_CONTAINER");
	need(ioctl(container, VFIO_SET_IOMMU, noiommu ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1_IOMMU) == 0, "VFIO_SET_IOMMU");
	int device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argument[1]);
	need(device >= 0, "VFIO_GROUP_GET_DEVICE_FD");
	struct vfio_region_info region = { .argsz = sizeof region, .index = VFIO_PCI_CONFIG_REGION_INDEX };
	need(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &region) == 0, "VFIO_DEVICE_GET_REGION_INFO");

	for (int i = 3; i < count;) {
		int writes = strcmp(argument[i], "w") == 0, pauses = strcmp(argument[i], "p") == 0;
		if (i + 1 + writes >= count)
			return fprintf(stderr, "vfio-config: '%s' needs more\n", argument[i]), 1;
		uint32_t offset = strtoul(argument[i + 1], NULL, 0), value;
		if (pauses) {
			sleep(offset);
		} else if (writes) {
			value = strtoul(argument[i + 2], NULL, 0);
			need(pwrite(device, &value, 4, region.offset + offset) == 4, "write");
		} else {
			need(pread(device, &value, 4, region.offset + offset) == 4, "read");
			printf("%03x: %08x\n", offset, value);
		}
		i += 2 + writes;
	}
	return 0;
}
