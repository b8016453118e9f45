/* mailbox-burst SOCKET COUNT:OBJECT… [SOCKET COUNT:OBJECT…]…
 * Sends so many of each object (VENDOR:TYPE and a dword of nothing) to each mailbox socket, and waits until each has its
 * answer. One process: an emulated machine takes seconds to start one. Prints how many answers came.
 * Frames are of the SPDM socket: command 1, transport 2 (PCI DOE), size, all big-endian, then the object. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The daemon gives itself 200 ms to learn who a client is, and refuses whom it does not know: one after the other, and
 * nothing is sent before a name that comes late has had its time too. */
enum { SOCKETS = 64, PAUSE_MICROSECONDS = 250000, LATE_SECONDS = 2, PATIENCE_MILLISECONDS = 120000 };

static int sockets[SOCKETS];
static int waits[SOCKETS];
static int count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (count == SOCKETS) fail("too many sockets");
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    sockets[count] = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(sockets[count], (struct sockaddr *)&address, sizeof address) < 0) fail(path);
    count++;
    usleep(PAUSE_MICROSECONDS);
}

static void send_objects(int index, const char *word) {
    unsigned number, vendor, type;
    if (index < 0 || sscanf(word, "%u:%x:%x", &number, &vendor, &type) != 3) fail(word);
    uint32_t frame[6] = {htonl(1), htonl(2), htonl(12), vendor | type << 16, 3, 0};
    for (; number > 0; number--, waits[index]++)
        if (write(sockets[index], frame, sizeof frame) != sizeof frame) fail("write");
}

/* One whole answer; 0 where the daemon has hung up. */
static int take_answer(int socket) {
    uint32_t head[3];
    char byte;
    if (recv(socket, head, sizeof head, MSG_WAITALL) != sizeof head) return 0;
    for (uint32_t size = ntohl(head[2]); size > 0; size--)
        if (recv(socket, &byte, 1, MSG_WAITALL) != 1) return 0;
    return 1;
}

int main(int arguments, char **words) {
    int answers = 0, last = -1;
    for (int index = 1; index < arguments; index++)
        if (words[index][0] == '/') connect_to(words[index]);
    sleep(LATE_SECONDS);
    for (int index = 1; index < arguments; index++)
        if (words[index][0] == '/') last++;
        else send_objects(last, words[index]);
    for (int index = 0; index < count; index++)
        for (; waits[index] > 0; waits[index]--) {
            struct pollfd poll_for = {.fd = sockets[index], .events = POLLIN};
            if (poll(&poll_for, 1, PATIENCE_MILLISECONDS) <= 0 || !take_answer(sockets[index])) break;
            answers++;
        }
    printf("%d\n", answers);
    return 0;
}
