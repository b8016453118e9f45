/* Whole messages between two processes of one host (SOCK_SEQPACKET), with the descriptors that they carry. */
#define _GNU_SOURCE
#include "CLinux.h"
#include "errors.h"

#include <string.h>
#include <sys/socket.h>

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(CLINUX_MOST_DESCRIPTORS * sizeof(int))];
};

int clinux_message_pair(int *one, int *other) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    *one = ends[0];
    *other = ends[1];
    return 0;
}

int clinux_message_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int clinux_message_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    union control control;
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor_count > CLINUX_MOST_DESCRIPTORS) {
        errno = EINVAL;
        return -1;
    }
    if (descriptor_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, descriptor_count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ssize_t clinux_message_receive(
    int socket, void *bytes, size_t capacity, int *descriptors, size_t *descriptor_count, int *cut) {
    union control control;
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control,
        /* Not CMSG_SPACE: where that is rounded up, there would be room for one more. What has no room is never opened
           here. */
        .msg_controllen = CMSG_LEN(CLINUX_MOST_DESCRIPTORS * sizeof(int))};
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    *descriptor_count = 0;
    *cut = 0;
    if (received < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < count; index++) {
            int number;
            memcpy(&number, CMSG_DATA(header) + index * sizeof(int), sizeof number);
            if (*descriptor_count < CLINUX_MOST_DESCRIPTORS)
                descriptors[(*descriptor_count)++] = number;
            else
                close(number);
        }
    }
    if (message.msg_flags & MSG_TRUNC) *cut |= CLINUX_CUT_BYTES;
    if (message.msg_flags & MSG_CTRUNC) *cut |= CLINUX_CUT_DESCRIPTORS;
    return received;
}
