/* What Swift's Glibc module lacks: plain functions around Linux calls and macros, each named after the call it wraps.
 * All return -1 and set errno on failure, like the calls themselves. */
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* sockets */
int clinux_accept4(int listener);                      /* SOCK_NONBLOCK | SOCK_CLOEXEC */
int clinux_socket(int domain, int type);               /* type | SOCK_CLOEXEC; SOCK_STREAM = 1, SOCK_DGRAM = 2 */
int clinux_unix_bind(int socket, const char *path);    /* ENAMETOOLONG when the path does not fit sun_path */
int clinux_unix_connect(int socket, const char *path); /* the same */
int clinux_tcp_connect(const char *numeric_address, uint16_t port); /* begins it: writable once it is over */
int clinux_tcp_listen(const char *numeric_address, uint16_t port, int queue); /* SOCK_NONBLOCK */
int clinux_socket_error(int socket);                                /* SO_ERROR: 0, or -1 with that error in errno */
int clinux_tcp_no_delay(int socket);                   /* TCP_NODELAY */
int clinux_tcp_quick_ack(int socket);                  /* TCP_QUICKACK, not sticky: after each read */
ssize_t clinux_send(int socket, const void *bytes, size_t count); /* MSG_NOSIGNAL */
ssize_t clinux_send_now(int socket, const void *bytes, size_t count); /* the same, MSG_DONTWAIT */
int clinux_send_descriptor(int socket, int descriptor);           /* an empty datagram that carries a descriptor */

/* Whole messages (SOCK_SEQPACKET), each with a few descriptors. A received one is cut where it has more bytes or
 * descriptors than there is room for; those without room are never opened, those that came are the caller's. */
enum { CLINUX_MOST_DESCRIPTORS = 2, CLINUX_CUT_BYTES = 1, CLINUX_CUT_DESCRIPTORS = 2 };
int clinux_message_pair(int *one, int *other);         /* SOCK_CLOEXEC */
int clinux_message_accept(int listener);               /* SOCK_CLOEXEC; who reads it waits */
int clinux_message_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);
ssize_t clinux_message_receive(
    int socket, void *bytes, size_t capacity, int *descriptors, size_t *descriptor_count, int *cut);

/* peers: SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD (6.5 and later) */
int clinux_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid);
int clinux_peer_groups(int socket, uint32_t *groups, size_t capacity); /* the count, ERANGE when more */
int clinux_peer_pidfd(int socket);
int clinux_pidfd_open(int32_t pid);
int clinux_name_senders(int socket);                   /* SO_PASSCRED; what a listening socket accepts has it too */
/* Reads, and tells who sent it, as the kernel knows: pid 0 where it does not. Where senders are named, bytes of several do
 * not come with one call. The room for control messages is taken by that one: descriptors that somebody passes are dropped. */
ssize_t clinux_receive_from(int socket, void *bytes, size_t count, int32_t *pid, uint32_t *uid);

/* netlink: non-blocking sockets for the kernel's announcements of devices (kobject uevents) and for questions about sockets
 * (sock_diag), and the next message of the kernel's. Messages of programs are passed over: 0 is for one. ENOBUFS where
 * some were lost. */
int clinux_device_events(void);
int clinux_socket_questions(void);
ssize_t clinux_netlink_read(int socket, void *bytes, size_t capacity);

/* waiting */
int clinux_epoll_create(void);
int clinux_epoll_add(int poll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_modify(int poll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_remove(int poll, int descriptor);
/* Fills tokens and events, returns how many; -1 with EINTR as epoll_wait does. */
int clinux_epoll_wait(int poll, uint64_t *tokens, uint32_t *events, int capacity, int timeout_milliseconds);
int clinux_eventfd(void);
int clinux_signalfd(const int *signals, size_t count); /* blocks them in the calling thread first */
int clinux_signalfd_read(int descriptor);              /* the signal's number, 0 when none waits */

/* From now on malloc takes blocks of 128 KiB and more from the kernel one by one, and gives each back when it is freed. By
 * itself it would raise that size with the first large block that is freed, and keep the next ones. */
void clinux_give_back_large_blocks(void);
void clinux_give_back_freed_blocks(void); /* now, malloc_trim */

/* files */
int clinux_memfd_sealed(const char *name, const void *bytes, size_t count);
int clinux_is_sealed(int descriptor);                  /* 1 where neither bytes nor size can change any more, else 0 */
int clinux_allocate(int descriptor, int64_t size);     /* posix_fallocate, its error in errno */
int clinux_take_number(int from, int number);          /* dup3: this number is the other file's from now on, O_CLOEXEC */
/* A file of procfs. EXDEV where the directory is not procfs's root, or something else is mounted over the file. */
int clinux_open_procfs(const char *directory, const char *name);
/* The same of securityfs. ENODEV where there is no such directory; so ENOENT is for a file that the kernel does not have. */
int clinux_open_securityfs(const char *directory, const char *name);
int clinux_is_sysfs(const char *path);                 /* 1 where the path leads into a sysfs of the kernel's, else 0 */
int clinux_is_tracefs(int descriptor);                 /* 1 where the open directory is in a tracefs, else 0 */
int clinux_is_in_memory(int descriptor);               /* 1 where the open file is in a tmpfs or ramfs, 0 elsewhere, -1 where it cannot be told */

/* Opens a place by name (O_PATH). ELOOP where a symbolic link is on the way, or is what stands there. Linux 5.6; ENOSYS
 * before. */
int clinux_open_place(const char *path);
/* The same without asking its file system: only where the whole way to it is in the kernel's cache of names, else EAGAIN.
 * Linux 5.12; EINVAL or ENOSYS before. */
int clinux_open_cached_place(const char *path);
/* Which file it is, as the kernel has it in memory: the file system is not asked (AT_STATX_DONT_SYNC). Of an absolute path
 * the place does not count; an empty one is the place itself. */
int clinux_file_number(int place, const char *path, uint64_t *device, uint64_t *number);
/* The same, and when it was made, in nanoseconds since 1970: no later file of this number was. ENOENT where no name is left
 * of it, ENODATA where its file system does not know when it was made. */
int clinux_named_file(int place, const char *path, uint64_t *device, uint64_t *number, int64_t *made);

/* Opens an open file once more, so that reading it asks the disk and not the kernel's cache (O_DIRECT: places, counts and
 * addresses are multiples of a block). EINVAL where the file system cannot. */
int clinux_open_past_cache(int descriptor);

/* Where bytes begin among others, -1 where they do not. */
ssize_t clinux_memmem(const void *bytes, size_t count, const void *needle, size_t needle_count);

/* fanotify, notices of openings alone; with_processes: FAN_REPORT_PIDFD (5.15 and later), else EINVAL */
struct clinux_open_notice {
    int32_t pid;
    int32_t pidfd;   /* the caller's to close; negative where the process has ended, or was not asked for */
    int32_t is_lost; /* the queue was full: the other two say nothing */
};
int clinux_fanotify_init(int with_processes);          /* non-blocking */
int clinux_fanotify_add(int notices, const char *path);
/* Fills what waits, and closes the files that come with it; returns how many, 0 when nothing waits. The capacity is to be
 * 2 or more. */
int clinux_fanotify_read(int notices, struct clinux_open_notice *found, size_t capacity);

/* BPF, as Documentation/bpf has it. All: -1 and errno where the kernel refuses. */
int clinux_bpf_map_create(uint32_t kind, uint32_t key, uint32_t value, uint32_t entries, const char *name);
int clinux_bpf_map_set(int map, const void *key, const void *value);
int clinux_bpf_map_get(int map, const void *key, void *value);
int clinux_bpf_map_remove(int map, const void *key);
int clinux_bpf_map_for_reading(int map);               /* another descriptor of it, with which nothing can be changed */
/* A program for the beginning of a kernel's function, or its return, the function by its number in the kernel's types; or for
 * a kprobe, without a function. The log takes what the verifier says. */
enum { CLINUX_BPF_AT_ENTRY, CLINUX_BPF_AT_RETURN, CLINUX_BPF_AT_PROBE };
int clinux_bpf_load(
    const uint64_t *instructions, uint32_t count, int moment, uint32_t function, const char *license, const char *name,
    char *log, uint32_t log_size);
int clinux_bpf_attach(int program);                    /* until what it returns is closed */
/* Sets a kprobe on a function's beginning, at which the program runs until what it returns is closed. kind is the number of
 * the kernel's events for kprobes, processor one that is online. */
int clinux_bpf_probe(int program, uint32_t kind, int processor, const char *function);
int clinux_bpf_misses(int program, uint64_t *misses);  /* how often it could not run */

struct clinux_bpf_ring {
    void *consumer;
    void *producer;
    uint32_t size;
    uint32_t page;
};
int clinux_bpf_ring_map(int map, uint32_t size, struct clinux_bpf_ring *ring);
void clinux_bpf_ring_unmap(const struct clinux_bpf_ring *ring);
/* Places are counted from the ring's first record on, and never begin anew. */
int clinux_bpf_ring_is_sound(const struct clinux_bpf_ring *ring);    /* whether its reader can be where he says he is */
unsigned long clinux_bpf_ring_begin(const struct clinux_bpf_ring *ring);             /* of the oldest record */
void clinux_bpf_ring_free(const struct clinux_bpf_ring *ring, unsigned long end);    /* what stands before that place */
/* What stands at a place, and where the next record will. One that was begun is still being written. */
enum { CLINUX_BPF_RECORD_NONE, CLINUX_BPF_RECORD_BEGUN, CLINUX_BPF_RECORD_GIVEN_UP, CLINUX_BPF_RECORD_WHOLE };
int clinux_bpf_ring_look(
    const struct clinux_bpf_ring *ring, unsigned long place, const void **record, uint32_t *length, unsigned long *next);

/* The directory of a control group, by the number that programs in the kernel know it by; hierarchy is a descriptor of any
 * place in it. Needs CAP_DAC_READ_SEARCH. */
int clinux_cgroup_open(int hierarchy, uint64_t number);

/* What the driver of a CXL memory device takes, asked of the driver alone (CXL_MEM_QUERY_COMMANDS): its commands by
 * their numbers in cxl_mem.h, and their flags. Returns how many were filled in. */
struct clinux_cxl_command {
    uint32_t number;
    uint32_t flags;
};
int clinux_cxl_commands(int device, struct clinux_cxl_command *commands, size_t capacity);

/* System calls by name. A program for seccomp filters them: the kernel's own instructions (linux/filter.h), for all threads of
 * this process, at once and for good. */
enum { CLINUX_CALL_NOT_HERE = -1, CLINUX_CALL_NOT_KNOWN = -2 };
int clinux_call_number(const char *name);              /* NOT_HERE: not on this machine; NOT_KNOWN: no name of the table */
int clinux_newest_call(void);                          /* the highest number that this was built with */
uint32_t clinux_call_architecture(void);               /* what the kernel calls this one (linux/audit.h); 0 for none of ours */
struct clinux_filter_instruction {
    uint16_t code;
    uint8_t if_true;
    uint8_t if_false;
    uint32_t value;
};
int clinux_filter_calls(const struct clinux_filter_instruction *instructions, uint16_t count);

/* Landlock: files, network and scopes are the bits of linux/landlock.h that need a rule from then on. */
int clinux_landlock_version(void);                     /* ENOSYS, EOPNOTSUPP: none, or switched off */
int clinux_landlock_create(uint64_t files, uint64_t network, uint64_t scopes);
int clinux_landlock_allow(int rules, uint64_t allowed, int place); /* there and below */
int clinux_landlock_restrict(int rules);               /* the calling thread, and those that it starts */

/* Who this process is. */
int clinux_process_control(int option, unsigned long value, unsigned long second); /* prctl */
int clinux_become(uint32_t uid, uint32_t gid, const uint32_t *groups, size_t count); /* real, effective and saved */
int clinux_clear_capabilities(void);                   /* of the calling thread */

/* Capabilities, a bit each: the calling thread has no others from now on, nor has what it starts or runs. */
int clinux_keep_capabilities(uint64_t kept);
/* 1 where two processes have one address space, 0 where each has its own (kcmp) */
int clinux_share_memory(int32_t one, int32_t other);

int clinux_close_from(unsigned first);

/* Starts a program in which nothing is open but the standard streams, and one descriptor at the place behind them. */
int clinux_spawn(const char *path, char *const arguments[], int passed, int place, int32_t *process);

/* 0 when the thread has ended within that time, on a clock that nobody sets; it must not be joined again then. */
int clinux_thread_join(unsigned long thread, uint64_t microseconds);
/* Waits for a pthread_cond_t, under its pthread_mutex_t, until that time of the same clock at most, in microseconds. */
int clinux_condition_wait(void *condition, void *lock, uint64_t end);
/* Makes a pthread_rwlock_t that lets nobody in before one who waits to be alone. */
void clinux_init_shared_lock(void *lock);
int clinux_thread_set_name(const char *name);          /* the calling thread's, 15 characters at most */
int32_t clinux_thread_number(void);                    /* gettid, which the calling thread asks for once */

int clinux_thread_move(int32_t thread, int processor); /* it runs on this processor and no other from then on */
int clinux_current_processor(void);                    /* where the calling thread runs; negative where nobody knows */

#endif
