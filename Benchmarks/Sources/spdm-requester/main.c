/* One SPDM 1.2 session with real cryptography, over the SPDM socket framing.
 *
 *   spdm-requester PORT ROOT EXCHANGES EVERY
 *
 * It reads and checks the certificates (ROOT is the hash of the root to trust, hexadecimal), challenges, takes signed
 * measurements, exchanges keys and talks in the session: each EVERYth exchange there takes signed measurements anew (0:
 * none does), each tenth is a heartbeat, the others are vendor-defined messages of 32 to 4096 bytes both ways. All that the
 * other end signs is verified, and all in the session is encrypted and authenticated; anything wrong ends the program. Prints
 * one line of NAME=value words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CSPDM.h"

enum { portion = 4200, version = 0x12, heartbeat_every = 10 };

static const size_t sizes[] = {32, 64, 256, 1024, 4096};

static int connection;
static unsigned exchanges, signatures;
static struct spdm_chain chain;
static uint8_t root[spdm_hash_size], leaf[spdm_point_size], chain_hash[spdm_hash_size];
static spdm_transcript vca; /* versions, capabilities, algorithms */
static struct spdm_session session;
static int in_session;
static uint8_t answer[spdm_most];

/* Sends a message, in the session where there is one, and takes the answer to it; returns its length. */
static size_t ask(const uint8_t *message, size_t count) {
    static uint8_t record[spdm_most];
    uint8_t type = 0;
    size_t size;
    if (in_session) {
        spdm_send(connection, spdm_secured, record, spdm_seal(&session, &session.request, message, count, record));
        size = spdm_receive(connection, &type, record);
        if (size && type != spdm_secured) spdm_stop("an answer", "in the clear");
        if (size) size = spdm_open(&session, &session.response, record, size, answer);
    } else {
        spdm_send(connection, spdm_plain, message, count);
        size = spdm_receive(connection, &type, answer);
        if (size && type != spdm_plain) spdm_stop("an answer", "no plain message");
    }
    if (size == 0) spdm_stop("an answer", "the other end has hung up");
    if (size < 4 || answer[1] != (message[1] & 0x7f)) spdm_stop("an answer", "to something else, or an error");
    exchanges++;
    return spdm_length(answer, size);
}

static size_t ask_in(spdm_transcript transcript, const uint8_t *message, size_t count) {
    size_t size = ask(message, count);
    gcry_md_write(transcript, message, count);
    return size;
}

static void check_signature(spdm_transcript transcript, const char *context, const uint8_t *signature) {
    uint8_t hash[spdm_hash_size], digest[spdm_hash_size];
    spdm_transcript_hash(transcript, hash);
    spdm_signed_digest(digest, context, hash);
    if (!spdm_verify(leaf, digest, signature)) spdm_stop(context, "the signature is wrong");
    signatures++;
}

static void negotiate(void) {
    static const uint8_t get_version[4] = {0x10, spdm_get_version};
    static const uint8_t capabilities[20] = {version, spdm_get_capabilities, [8] = 0xc0, 0x22, [12] = 0, 0x12,
                                             [16] = 0, 0, 1};
    static const uint8_t algorithms[48] = {version, spdm_negotiate_algorithms, 4, 0, 48, 0, 1, 2, 0x80, [12] = 2,
                                           [32] = 2, 0x20, 0x10, 0, 3, 0x20, 2, 0, 4, 0x20, 0, 0, 5, 0x20, 1, 0};
    vca = spdm_transcript_new();
    gcry_md_write(vca, answer, ask_in(vca, get_version, sizeof get_version));
    gcry_md_write(vca, answer, ask_in(vca, capabilities, sizeof capabilities));
    gcry_md_write(vca, answer, ask_in(vca, algorithms, sizeof algorithms));
}

static void read_certificates(spdm_transcript transcript) {
    static const uint8_t get_digests[4] = {version, spdm_get_digests};
    uint8_t digest[spdm_hash_size];
    size_t left = portion;
    gcry_md_write(transcript, answer, ask_in(transcript, get_digests, sizeof get_digests));
    memcpy(digest, answer + 4, sizeof digest);
    for (chain.count = 0; left;) {
        const size_t want = left < portion ? left : portion;
        const uint8_t request[8] = {version, spdm_get_certificate, 0, 0, (uint8_t)chain.count,
                                    (uint8_t)(chain.count >> 8), (uint8_t)want, (uint8_t)(want >> 8)};
        size_t size = ask_in(transcript, request, sizeof request);
        gcry_md_write(transcript, answer, size);
        if (size == 8 || chain.count + size - 8 > sizeof chain.bytes) spdm_stop("the certificates", "without an end");
        memcpy(chain.bytes + chain.count, answer + 8, size - 8);
        chain.count += size - 8;
        left = (size_t)(answer[6] | answer[7] << 8);
    }
    spdm_hash(chain_hash, chain.bytes, chain.count);
    if (memcmp(digest, chain_hash, sizeof digest)) spdm_stop("the certificates", "another digest was told");
    spdm_chain_check(&chain, root, leaf);
}

static void challenge(spdm_transcript transcript) {
    uint8_t request[4 + spdm_nonce_size] = {version, spdm_challenge, 0, 0xff};
    gcry_create_nonce(request + 4, spdm_nonce_size);
    size_t size = ask_in(transcript, request, sizeof request);
    if (memcmp(answer + 4, chain_hash, sizeof chain_hash)) spdm_stop("the challenge", "other certificates");
    gcry_md_write(transcript, answer, size - spdm_signature_size);
    check_signature(transcript, "responder-challenge_auth signing", answer + size - spdm_signature_size);
}

static void measure(void) {
    uint8_t request[4 + spdm_nonce_size + 1] = {version, spdm_get_measurements, 1, 0xff};
    spdm_transcript transcript = spdm_transcript_copy(vca);
    gcry_create_nonce(request + 4, spdm_nonce_size);
    size_t size = ask_in(transcript, request, sizeof request);
    gcry_md_write(transcript, answer, size - spdm_signature_size);
    check_signature(transcript, "responder-measurements signing", answer + size - spdm_signature_size);
    gcry_md_close(transcript);
}

static void exchange_keys(void) {
    enum { id = 4, random = 8, point = random + spdm_nonce_size, opaque = point + spdm_point_size };
    uint8_t request[opaque + 2] = {version, spdm_key_exchange, 0, 0, 0x5a, 0xa5};
    uint8_t finish[4 + spdm_hash_size] = {version, spdm_finish};
    uint8_t hash[spdm_hash_size], shared[spdm_hash_size], expected[spdm_hash_size];
    spdm_transcript transcript = spdm_transcript_copy(vca);
    gcry_create_nonce(request + random, spdm_nonce_size);
    gcry_mpi_t ephemeral = spdm_ephemeral(request + point);
    gcry_md_write(transcript, chain_hash, sizeof chain_hash);
    size_t size = ask_in(transcript, request, sizeof request), verify_data = size - spdm_hash_size;
    size_t signature = verify_data - spdm_signature_size;
    gcry_md_write(transcript, answer, signature);
    check_signature(transcript, "responder-key_exchange_rsp signing", answer + signature);
    gcry_md_write(transcript, answer + signature, spdm_signature_size);
    spdm_transcript_hash(transcript, hash);
    spdm_share(ephemeral, answer + point, shared);
    session.id = 0xa55a | (uint32_t)answer[id] << 16 | (uint32_t)answer[id + 1] << 24;
    spdm_session_begin(&session, shared, hash);
    spdm_hmac(expected, session.response.finished, hash, sizeof hash);
    if (memcmp(expected, answer + verify_data, sizeof expected)) spdm_stop("the key exchange", "a wrong HMAC");
    gcry_md_write(transcript, answer + verify_data, spdm_hash_size);

    in_session = 1;
    gcry_md_write(transcript, finish, 4);
    spdm_transcript_hash(transcript, hash);
    spdm_hmac(finish + 4, session.request.finished, hash, sizeof hash);
    size = ask(finish, sizeof finish);
    gcry_md_write(transcript, finish + 4, spdm_hash_size);
    gcry_md_write(transcript, answer, size);
    spdm_transcript_hash(transcript, hash);
    spdm_session_go_on(&session, hash);
    gcry_md_close(transcript);
}

/* A vendor-defined message of PCI-SIG's; the answer is the same text, each bit the other way. */
static void talk(size_t size) {
    uint8_t request[11 + 4096] = {version, spdm_vendor_defined, 0, 0, 3, 0, 2, 1, 0, (uint8_t)size,
                                  (uint8_t)(size >> 8)};
    gcry_create_nonce(request + 11, size);
    if (ask(request, 11 + size) != 11 + size) spdm_stop("an answer", "of another length");
    for (size_t byte = 0; byte < size; byte++)
        if ((request[11 + byte] ^ answer[11 + byte]) != 0xff) spdm_stop("an answer", "another text");
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    static const uint8_t heartbeat[4] = {version, spdm_heartbeat}, end[4] = {version, spdm_end_session};
    spdm_prepare("spdm-requester");
    if (count != 5 || strlen(arguments[2]) != 2 * spdm_hash_size) {
        fputs("use: spdm-requester PORT ROOT EXCHANGES EVERY\n", stderr);
        return 2;
    }
    for (int byte = 0; byte < spdm_hash_size; byte++) sscanf(arguments[2] + 2 * byte, "%2hhx", &root[byte]);
    const unsigned wanted = (unsigned)atoi(arguments[3]), every = (unsigned)atoi(arguments[4]);
    connection = spdm_connect((uint16_t)atoi(arguments[1]));

    double begin = seconds();
    negotiate();
    spdm_transcript transcript = spdm_transcript_copy(vca);
    read_certificates(transcript);
    challenge(transcript);
    gcry_md_close(transcript);
    measure();
    exchange_keys();
    double established = seconds();
    for (unsigned turn = 1; exchanges + 1 < wanted; turn++) {
        if (every && turn % every == 0) measure();
        else if (turn % heartbeat_every == heartbeat_every / 2) ask(heartbeat, sizeof heartbeat);
        else talk(sizes[turn % (sizeof sizes / sizeof *sizes)]);
    }
    ask(end, sizeof end);
    printf("seconds=%.6f established=%.6f exchanges=%u signatures=%u certificates=%zu\n", seconds() - begin,
           established - begin, exchanges, signatures, chain.count);
}
