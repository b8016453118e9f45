/* What an SPDM 1.2 requester and responder share (DSP0274, DSP0277), so that a session that is measured costs its two ends
 * what a real one does: ECDSA and ECDHE over P-384, SHA-384, AES-256-GCM, by libgcrypt. For benchmarks alone: one slot, one
 * session at a time, and whoever finds anything wrong ends with a message. */
#ifndef CSPDM_H
#define CSPDM_H

#include <gcrypt.h>
#include <stddef.h>
#include <stdint.h>

enum {
    spdm_hash_size = 48,      /* SHA-384 */
    spdm_point_size = 96,     /* X and Y on P-384 */
    spdm_signature_size = 96, /* r and s */
    spdm_nonce_size = 32,
    spdm_tag_size = 16,
    spdm_most = 1 << 16, /* bytes of one message here */
};

/* Ends the program. */
_Noreturn void spdm_stop(const char *what, const char *why);
void spdm_prepare(const char *program); /* libgcrypt, once; the name is for messages */

/* ---- frames.c: data objects in the SPDM socket framing, written in four pieces as DMTF's emulator does */
enum { spdm_plain = 1, spdm_secured = 2 }; /* types of vendor 0001 */
int spdm_connect(uint16_t port);
int spdm_listen(uint16_t *port); /* on a port of the kernel's choice */
void spdm_send(int socket, uint8_t type, const uint8_t *message, size_t count);
/* What follows the object's header, padding included; returns its size, 0 where the other end has hung up. */
size_t spdm_receive(int socket, uint8_t *type, uint8_t message[spdm_most]);

/* ---- hashes.c */
void spdm_hash(uint8_t digest[spdm_hash_size], const void *bytes, size_t count);
void spdm_hmac(uint8_t digest[spdm_hash_size], const uint8_t key[spdm_hash_size], const void *bytes, size_t count);
/* HKDF-Expand with BinConcat(length, "spdm1.2 ", label, context); the context is a hash or NULL. */
void spdm_expand(uint8_t *output, size_t count, const uint8_t secret[spdm_hash_size], const char *label,
                 const uint8_t *context);
/* A transcript: a hash that goes on. */
typedef gcry_md_hd_t spdm_transcript;
spdm_transcript spdm_transcript_new(void);
spdm_transcript spdm_transcript_copy(spdm_transcript transcript);
void spdm_transcript_hash(spdm_transcript transcript, uint8_t digest[spdm_hash_size]); /* so far */

/* ---- curve.c */
struct spdm_key {
    gcry_sexp_t secret;
    uint8_t point[spdm_point_size];
};
void spdm_key_make(struct spdm_key *key);
void spdm_sign(const struct spdm_key *key, const uint8_t digest[spdm_hash_size], uint8_t signature[spdm_signature_size]);
int spdm_verify(const uint8_t point[spdm_point_size], const uint8_t digest[spdm_hash_size],
                const uint8_t signature[spdm_signature_size]); /* whether it is right */
/* The digest that is signed for a transcript's hash in this context (DSP0274, "Signature generation"). */
void spdm_signed_digest(uint8_t digest[spdm_hash_size], const char *context, const uint8_t hash[spdm_hash_size]);
/* An ephemeral key's public point; then the secret that it shares with the other end's point (48 bytes). */
gcry_mpi_t spdm_ephemeral(uint8_t point[spdm_point_size]);
void spdm_share(gcry_mpi_t ephemeral, const uint8_t other[spdm_point_size], uint8_t secret[spdm_hash_size]);

/* ---- certificates.c: X.509, each signed by the one before, the first by itself */
struct spdm_chain {
    uint8_t bytes[spdm_most]; /* as SPDM has it: length, the root's hash, the certificates */
    size_t count;
};
void spdm_chain_make(struct spdm_chain *chain, struct spdm_key *leaf);
/* Checks every signature, and the root against the hash that is trusted; the leaf's key is the result. */
void spdm_chain_check(const struct spdm_chain *chain, const uint8_t root[spdm_hash_size], uint8_t leaf[spdm_point_size]);

/* ---- session.c: the key schedule (DSP0274, "Key schedule") and secured messages (DSP0277) */
struct spdm_direction {
    uint8_t secret[spdm_hash_size], finished[spdm_hash_size], iv[12];
    gcry_cipher_hd_t cipher;
    uint64_t sequence;
};
struct spdm_session {
    uint32_t id;
    uint8_t handshake[spdm_hash_size];
    struct spdm_direction request, response;
};
/* The keys of the handshake, from the shared secret and TH1; then those of the application's data, from TH2. */
void spdm_session_begin(struct spdm_session *session, const uint8_t shared[spdm_hash_size],
                        const uint8_t th1[spdm_hash_size]);
void spdm_session_go_on(struct spdm_session *session, const uint8_t th2[spdm_hash_size]);
void spdm_session_end(struct spdm_session *session);
/* The secured message around a message; returns its size. */
size_t spdm_seal(struct spdm_session *session, struct spdm_direction *direction, const uint8_t *message, size_t count,
                 uint8_t record[spdm_most]);
/* The message in a secured message; returns its size. Ends the program where a bit of it was changed. */
size_t spdm_open(struct spdm_session *session, struct spdm_direction *direction, const uint8_t *record, size_t count,
                 uint8_t message[spdm_most]);

/* ---- messages.c: how long messages are (DSP0274 1.2), since an object is padded to whole dwords */
enum {
    spdm_get_digests = 0x81, spdm_get_certificate = 0x82, spdm_challenge = 0x83, spdm_get_version = 0x84,
    spdm_get_measurements = 0xe0, spdm_get_capabilities = 0xe1, spdm_negotiate_algorithms = 0xe3,
    spdm_key_exchange = 0xe4, spdm_finish = 0xe5, spdm_heartbeat = 0xe8, spdm_end_session = 0xec,
    spdm_vendor_defined = 0xfe,
};
/* Of a message without its padding; ends the program where that cannot be. */
size_t spdm_length(const uint8_t *message, size_t available);

#endif
