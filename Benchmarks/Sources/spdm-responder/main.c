/* An SPDM 1.2 responder with real cryptography, over the SPDM socket framing: the other end of spdm-requester.
 *
 *   spdm-responder
 *
 * It listens on a port of its own choice, and prints it and the hash of its root certificate. Each connection has a process of
 * its own, which ends with the connection or where a requester is not what it says. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CSPDM.h"

enum { version = 0x12, blocks = 5, block_size = 4 + 3 + spdm_hash_size };

static struct spdm_chain chain;
static struct spdm_key key;
static uint8_t chain_hash[spdm_hash_size], measurements[blocks * block_size];

/* One talk, from GET_VERSION on. */
static struct {
    spdm_transcript vca, challenge, keys;
    struct spdm_session session;
    int in_session, is_finished;
} talk;

static uint8_t response[spdm_most];

static void make_measurements(void) {
    for (int index = 0; index < blocks; index++) {
        uint8_t *block = measurements + index * block_size;
        const uint8_t head[7] = {(uint8_t)(index + 1), 1, 3 + spdm_hash_size, 0, (uint8_t)index, spdm_hash_size, 0};
        memcpy(block, head, sizeof head);
        spdm_hash(block + 7, &index, sizeof index);
    }
}

static void forget(spdm_transcript *transcript) {
    if (*transcript) gcry_md_close(*transcript);
    *transcript = NULL;
}

static void start_over(void) {
    forget(&talk.vca);
    forget(&talk.challenge);
    forget(&talk.keys);
    if (talk.session.id) spdm_session_end(&talk.session);
    memset(&talk, 0, sizeof talk);
    talk.vca = spdm_transcript_new();
}

/* Signs what the transcript holds, at the response's end; returns where that is then. */
static size_t put_signature(spdm_transcript transcript, const char *context, size_t at) {
    uint8_t hash[spdm_hash_size], digest[spdm_hash_size];
    spdm_transcript_hash(transcript, hash);
    spdm_signed_digest(digest, context, hash);
    spdm_sign(&key, digest, response + at);
    return at + spdm_signature_size;
}

static size_t put(size_t at, const void *bytes, size_t count) {
    memcpy(response + at, bytes, count);
    return at + count;
}

static size_t put_nonce(size_t at) {
    gcry_create_nonce(response + at, spdm_nonce_size);
    return at + spdm_nonce_size;
}

static size_t put_no_opaque(size_t at) {
    memset(response + at, 0, 2);
    return at + 2;
}

static size_t put_certificate(const uint8_t *request) {
    size_t offset = (size_t)(request[4] | request[5] << 8), wanted = (size_t)(request[6] | request[7] << 8);
    if (offset > chain.count) spdm_stop("GET_CERTIFICATE", "past the end");
    if (wanted > chain.count - offset) wanted = chain.count - offset;
    const size_t left = chain.count - offset - wanted;
    const uint8_t lengths[4] = {(uint8_t)wanted, (uint8_t)(wanted >> 8), (uint8_t)left, (uint8_t)(left >> 8)};
    return put(put(4, lengths, sizeof lengths), chain.bytes + offset, wanted);
}

static size_t put_challenge_auth(void) {
    uint8_t summary[spdm_hash_size];
    spdm_hash(summary, measurements, sizeof measurements);
    response[3] = 1;
    size_t at = put(4, chain_hash, sizeof chain_hash);
    at = put_no_opaque(put(put_nonce(at), summary, sizeof summary));
    gcry_md_write(talk.challenge, response, at);
    return put_signature(talk.challenge, "responder-challenge_auth signing", at);
}

static size_t put_measurements(const uint8_t *request, size_t count) {
    spdm_transcript transcript = spdm_transcript_copy(talk.vca);
    const uint8_t head[4] = {blocks, sizeof measurements & 0xff, sizeof measurements >> 8, 0};
    if (request[2] != 1 || request[3] != 0xff) spdm_stop("GET_MEASUREMENTS", "not all of them, signed");
    size_t at = put(put(4, head, sizeof head), measurements, sizeof measurements);
    at = put_no_opaque(put_nonce(at));
    gcry_md_write(transcript, request, count);
    gcry_md_write(transcript, response, at);
    at = put_signature(transcript, "responder-measurements signing", at);
    gcry_md_close(transcript);
    return at;
}

static size_t put_key_exchange(const uint8_t *request, size_t count) {
    static const uint8_t id[4] = {0x34, 0x12, 0, 0};
    enum { random = 8, point = random + spdm_nonce_size, opaque = point + spdm_point_size };
    uint8_t hash[spdm_hash_size], shared[spdm_hash_size];
    talk.keys = spdm_transcript_copy(talk.vca);
    put(4, id, sizeof id);
    put_nonce(random);
    gcry_mpi_t ephemeral = spdm_ephemeral(response + point);
    size_t at = put_no_opaque(opaque);
    gcry_md_write(talk.keys, chain_hash, sizeof chain_hash);
    gcry_md_write(talk.keys, request, count);
    gcry_md_write(talk.keys, response, at);
    size_t end = put_signature(talk.keys, "responder-key_exchange_rsp signing", at);
    gcry_md_write(talk.keys, response + at, spdm_signature_size);
    spdm_transcript_hash(talk.keys, hash);
    spdm_share(ephemeral, request + point, shared);
    talk.session.id = (uint32_t)(request[4] | request[5] << 8) | 0x12340000;
    spdm_session_begin(&talk.session, shared, hash);
    spdm_hmac(response + end, talk.session.response.finished, hash, sizeof hash);
    gcry_md_write(talk.keys, response + end, spdm_hash_size);
    return end + spdm_hash_size;
}

static size_t finish(const uint8_t *request) {
    uint8_t hash[spdm_hash_size], expected[spdm_hash_size];
    if (!talk.in_session || talk.is_finished) spdm_stop("FINISH", "out of its turn");
    gcry_md_write(talk.keys, request, 4);
    spdm_transcript_hash(talk.keys, hash);
    spdm_hmac(expected, talk.session.request.finished, hash, sizeof hash);
    if (memcmp(expected, request + 4, sizeof expected)) spdm_stop("FINISH", "a wrong HMAC");
    gcry_md_write(talk.keys, request + 4, spdm_hash_size);
    gcry_md_write(talk.keys, response, 4);
    return 4;
}

static size_t put_vendor_defined(const uint8_t *request, size_t count) {
    memcpy(response + 4, request + 4, 7);
    for (size_t byte = 11; byte < count; byte++) response[byte] = (uint8_t)~request[byte];
    return count;
}

/* The answer to a message, as it is before it is padded or encrypted; returns its length. */
static size_t answer(const uint8_t *request, size_t count) {
    static const uint8_t versions[] = {0, 1, 0, 0x12};
    if (request[1] == spdm_get_version) start_over();
    memset(response, 0, 4);
    response[0] = request[0];
    response[1] = request[1] & 0x7f;
    switch (request[1]) {
    case spdm_get_version: return put(4, versions, sizeof versions);
    case spdm_get_capabilities:
        put(4, request + 4, 16);
        response[8] |= 0x16; /* certificates, challenge, signed measurements */
        return 20;
    case spdm_negotiate_algorithms: return put(2, request + 2, count - 2);
    case spdm_get_digests: response[3] = 1; return put(4, chain_hash, sizeof chain_hash);
    case spdm_get_certificate: return put_certificate(request);
    case spdm_challenge: return put_challenge_auth();
    case spdm_get_measurements: return put_measurements(request, count);
    case spdm_key_exchange: return put_key_exchange(request, count);
    case spdm_finish: return finish(request);
    case spdm_vendor_defined: return put_vendor_defined(request, count);
    case spdm_heartbeat: case spdm_end_session: return 4;
    default: spdm_stop("a request", "of a kind that nobody here knows");
    }
}

/* Puts request and response where later signatures are over. */
static void note(const uint8_t *request, size_t count, size_t size) {
    switch (request[1]) {
    case spdm_get_version: case spdm_get_capabilities: case spdm_negotiate_algorithms:
        gcry_md_write(talk.vca, request, count);
        gcry_md_write(talk.vca, response, size);
        break;
    case spdm_get_digests: case spdm_get_certificate:
        gcry_md_write(talk.challenge, request, count);
        gcry_md_write(talk.challenge, response, size);
        break;
    }
}

static void serve_plain(int connection, const uint8_t *request, size_t available) {
    size_t count = spdm_length(request, available);
    if (talk.in_session && request[1] != spdm_get_version) spdm_stop("a request", "in the clear");
    if (!talk.challenge && (request[1] == spdm_get_digests || request[1] == spdm_challenge))
        talk.challenge = spdm_transcript_copy(talk.vca);
    if (request[1] == spdm_challenge) gcry_md_write(talk.challenge, request, count);
    size_t size = answer(request, count);
    note(request, count, size);
    spdm_send(connection, spdm_plain, response, size);
    if (request[1] == spdm_key_exchange) talk.in_session = 1;
}

static void serve_secured(int connection, const uint8_t *record, size_t available) {
    static uint8_t request[spdm_most], sealed[spdm_most];
    struct spdm_session *session = &talk.session;
    uint8_t hash[spdm_hash_size];
    if (!talk.in_session) spdm_stop("a secured message", "without a session");
    size_t count = spdm_length(request, spdm_open(session, &session->request, record, available, request));
    if (!talk.is_finished && request[1] != spdm_finish) spdm_stop("a secured message", "before FINISH");
    size_t size = answer(request, count);
    spdm_send(connection, spdm_secured, sealed, spdm_seal(session, &session->response, response, size, sealed));
    if (request[1] == spdm_finish) {
        spdm_transcript_hash(talk.keys, hash);
        spdm_session_go_on(session, hash);
        talk.is_finished = 1;
    }
}

static void serve(int connection) {
    static uint8_t message[spdm_most];
    uint8_t type = 0;
    start_over();
    for (size_t size; (size = spdm_receive(connection, &type, message));)
        (type == spdm_plain ? serve_plain : serve_secured)(connection, message, size);
}

int main(void) {
    uint16_t port;
    spdm_prepare("spdm-responder");
    spdm_chain_make(&chain, &key);
    spdm_hash(chain_hash, chain.bytes, chain.count);
    make_measurements();
    int listener = spdm_listen(&port);
    printf("%u ", port);
    for (int byte = 0; byte < spdm_hash_size; byte++) printf("%02x", chain.bytes[4 + byte]);
    puts("");
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN);
    const pid_t parent = getpid();
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) continue;
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent) return 1;
            close(listener);
            serve(connection);
            return 0;
        }
        close(connection);
    }
}
