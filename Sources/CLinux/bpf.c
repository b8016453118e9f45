#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel takes a structure of any length whose rest, as far as it does not know it, is zero. */
static int bpf(int command, union bpf_attr *attributes) {
    return (int)syscall(__NR_bpf, command, attributes, sizeof *attributes);
}

static uint64_t address(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

/* Letters, digits, '_' and '.', 15 at most, or the kernel refuses the name. */
static void set_name(char *target, const char *name) { strncpy(target, name, BPF_OBJ_NAME_LEN - 1); }

int clinux_bpf_map_create(uint32_t kind, uint32_t key, uint32_t value, uint32_t entries, const char *name) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = kind;
    attributes.key_size = key;
    attributes.value_size = value;
    attributes.max_entries = entries;
    set_name(attributes.map_name, name);
    return bpf(BPF_MAP_CREATE, &attributes);
}

static int element(int command, int map, const void *key, const void *value) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_fd = (uint32_t)map;
    attributes.key = address(key);
    attributes.value = address(value);
    return bpf(command, &attributes);
}

int clinux_bpf_map_set(int map, const void *key, const void *value) { return element(BPF_MAP_UPDATE_ELEM, map, key, value); }
int clinux_bpf_map_get(int map, const void *key, void *value) { return element(BPF_MAP_LOOKUP_ELEM, map, key, value); }
int clinux_bpf_map_remove(int map, const void *key) { return element(BPF_MAP_DELETE_ELEM, map, key, NULL); }

static int information(int object, void *info, uint32_t size) {
    union bpf_attr attributes;
    memset(info, 0, size);
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = (uint32_t)object;
    attributes.info.info_len = size;
    attributes.info.info = address(info);
    return bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
}

/* The right to change a table is its descriptor's; only by its number is another one to be had. */
int clinux_bpf_map_for_reading(int map) {
    struct bpf_map_info info;
    union bpf_attr attributes;
    if (information(map, &info, sizeof info) != 0) return -1;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_id = info.id;
    attributes.open_flags = BPF_F_RDONLY;
    return bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
}

int clinux_bpf_load(
    const uint64_t *instructions, uint32_t count, int moment, uint32_t function, const char *license, const char *name,
    char *log, uint32_t log_size
) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = moment == CLINUX_BPF_AT_PROBE ? BPF_PROG_TYPE_KPROBE : BPF_PROG_TYPE_TRACING;
    if (moment == CLINUX_BPF_AT_ENTRY) attributes.expected_attach_type = BPF_TRACE_FENTRY;
    if (moment == CLINUX_BPF_AT_RETURN) attributes.expected_attach_type = BPF_TRACE_FEXIT;
    attributes.attach_btf_id = function;
    attributes.insns = address(instructions);
    attributes.insn_cnt = count;
    attributes.license = address(license);
    attributes.log_buf = address(log);
    attributes.log_size = log_size;
    attributes.log_level = log_size ? 1 : 0;
    set_name(attributes.prog_name, name);
    return bpf(BPF_PROG_LOAD, &attributes);
}

int clinux_bpf_attach(int program) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.raw_tracepoint.prog_fd = (uint32_t)program;
    return bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes);
}

/* The event is of one processor, as the call wants it; the program runs at the probe on all of them. */
int clinux_bpf_probe(int program, uint32_t kind, int processor, const char *function) {
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = kind;
    attributes.kprobe_func = address(function);
    int event = (int)syscall(__NR_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
    if (event < 0) return -1;
    if (ioctl(event, PERF_EVENT_IOC_SET_BPF, program) == 0 && ioctl(event, PERF_EVENT_IOC_ENABLE, 0) == 0) return event;
    int error = errno;
    close(event);
    errno = error;
    return -1;
}

int clinux_bpf_misses(int program, uint64_t *misses) {
    struct bpf_prog_info info;
    if (information(program, &info, sizeof info) != 0) return -1;
    *misses = info.recursion_misses;
    return 0;
}

/* The ring: a page with how far we have read, a page with how far the kernel has written, and the bytes, which are mapped
 * twice in a row, so that a record never breaks at the end (Documentation/bpf/ringbuf.rst). */

int clinux_bpf_ring_map(int map, uint32_t size, struct clinux_bpf_ring *ring) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ring->size = size;
    ring->page = (uint32_t)page;
    ring->consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (ring->consumer == MAP_FAILED) return -1;
    ring->producer = mmap(NULL, page + 2 * (size_t)size, PROT_READ, MAP_SHARED, map, (off_t)page);
    if (ring->producer != MAP_FAILED) return 0;
    munmap(ring->consumer, page);
    return -1;
}

void clinux_bpf_ring_unmap(const struct clinux_bpf_ring *ring) {
    munmap(ring->consumer, ring->page);
    munmap(ring->producer, ring->page + 2 * (size_t)ring->size);
}

int clinux_bpf_ring_is_sound(const struct clinux_bpf_ring *ring) {
    /* The reader's first: the kernel's only grows. */
    unsigned long read = __atomic_load_n((const unsigned long *)ring->consumer, __ATOMIC_ACQUIRE);
    unsigned long written = __atomic_load_n((const unsigned long *)ring->producer, __ATOMIC_ACQUIRE);
    return read <= written && written - read <= ring->size && read % 8 == 0;
}

unsigned long clinux_bpf_ring_begin(const struct clinux_bpf_ring *ring) { return *(const unsigned long *)ring->consumer; }

/* What comes later is seen by whoever looks again: or a record that the kernel ends at this moment would wake nobody. */
void clinux_bpf_ring_free(const struct clinux_bpf_ring *ring, unsigned long end) {
    __atomic_store_n((unsigned long *)ring->consumer, end, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

int clinux_bpf_ring_look(
    const struct clinux_bpf_ring *ring, unsigned long place, const void **record, uint32_t *length, unsigned long *next
) {
    if (place >= __atomic_load_n((const unsigned long *)ring->producer, __ATOMIC_ACQUIRE)) return CLINUX_BPF_RECORD_NONE;
    const char *header = (const char *)ring->producer + ring->page + (place & (ring->size - 1));
    uint32_t word = __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE);
    *record = header + BPF_RINGBUF_HDR_SZ;
    *length = word & ~(uint32_t)(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    *next = place + (*length + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
    /* Its length is there from the beginning on. */
    if (word & BPF_RINGBUF_BUSY_BIT) return CLINUX_BPF_RECORD_BEGUN;
    return word & BPF_RINGBUF_DISCARD_BIT ? CLINUX_BPF_RECORD_GIVEN_UP : CLINUX_BPF_RECORD_WHOLE;
}
