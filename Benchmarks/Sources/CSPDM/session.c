#include "CSPDM.h"

#include <string.h>

enum { header_size = 6 }; /* session id and length: over PCIe DOE no sequence number is sent */

static void set_keys(struct spdm_direction *direction) {
    uint8_t key[32];
    spdm_expand(key, sizeof key, direction->secret, "key", NULL);
    spdm_expand(direction->iv, sizeof direction->iv, direction->secret, "iv", NULL);
    spdm_expand(direction->finished, spdm_hash_size, direction->secret, "finished", NULL);
    if (!direction->cipher &&
        gcry_cipher_open(&direction->cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 0))
        spdm_stop("AES-256-GCM", "libgcrypt");
    if (gcry_cipher_setkey(direction->cipher, key, sizeof key)) spdm_stop("AES-256-GCM", "libgcrypt");
    direction->sequence = 0;
}

void spdm_session_begin(struct spdm_session *session, const uint8_t shared[spdm_hash_size],
                        const uint8_t th1[spdm_hash_size]) {
    static const uint8_t salt[spdm_hash_size];
    spdm_hmac(session->handshake, salt, shared, spdm_hash_size);
    spdm_expand(session->request.secret, spdm_hash_size, session->handshake, "req hs data", th1);
    spdm_expand(session->response.secret, spdm_hash_size, session->handshake, "rsp hs data", th1);
    set_keys(&session->request);
    set_keys(&session->response);
}

void spdm_session_go_on(struct spdm_session *session, const uint8_t th2[spdm_hash_size]) {
    static const uint8_t zeros[spdm_hash_size];
    uint8_t salt[spdm_hash_size], master[spdm_hash_size];
    spdm_expand(salt, sizeof salt, session->handshake, "derived", NULL);
    spdm_hmac(master, salt, zeros, sizeof zeros);
    spdm_expand(session->request.secret, spdm_hash_size, master, "req app data", th2);
    spdm_expand(session->response.secret, spdm_hash_size, master, "rsp app data", th2);
    set_keys(&session->request);
    set_keys(&session->response);
}

void spdm_session_end(struct spdm_session *session) {
    gcry_cipher_close(session->request.cipher);
    gcry_cipher_close(session->response.cipher);
    memset(session, 0, sizeof *session);
}

/* The next message's nonce, and what is authenticated beside it. */
static void begin(struct spdm_direction *direction, const uint8_t header[header_size]) {
    uint8_t nonce[12];
    memcpy(nonce, direction->iv, sizeof nonce);
    for (int byte = 0; byte < 8; byte++) nonce[byte] ^= (uint8_t)(direction->sequence >> byte * 8);
    direction->sequence++;
    if (gcry_cipher_setiv(direction->cipher, nonce, sizeof nonce) ||
        gcry_cipher_authenticate(direction->cipher, header, header_size))
        spdm_stop("AES-256-GCM", "libgcrypt");
}

size_t spdm_seal(struct spdm_session *session, struct spdm_direction *direction, const uint8_t *message, size_t count,
                 uint8_t record[spdm_most]) {
    size_t inner = 2 + count, length = inner + spdm_tag_size;
    if (header_size + length > spdm_most || length > 0xffff) spdm_stop("a secured message", "too large");
    for (int byte = 0; byte < 4; byte++) record[byte] = (uint8_t)(session->id >> byte * 8);
    record[4] = (uint8_t)length;
    record[5] = (uint8_t)(length >> 8);
    record[6] = (uint8_t)count;
    record[7] = (uint8_t)(count >> 8);
    memcpy(record + header_size + 2, message, count);
    begin(direction, record);
    if (gcry_cipher_encrypt(direction->cipher, record + header_size, inner, NULL, 0) ||
        gcry_cipher_gettag(direction->cipher, record + header_size + inner, spdm_tag_size))
        spdm_stop("AES-256-GCM", "libgcrypt");
    return header_size + length;
}

size_t spdm_open(struct spdm_session *session, struct spdm_direction *direction, const uint8_t *record, size_t count,
                 uint8_t message[spdm_most]) {
    uint8_t plain[spdm_most];
    size_t length = count < header_size ? 0 : (size_t)(record[4] | record[5] << 8), inner = length - spdm_tag_size;
    uint32_t id = 0;
    if (length < 2 + spdm_tag_size || header_size + length > count) spdm_stop("a secured message", "cut short");
    for (int byte = 0; byte < 4; byte++) id |= (uint32_t)record[byte] << byte * 8;
    if (id != session->id) spdm_stop("a secured message", "of another session");
    begin(direction, record);
    if (gcry_cipher_decrypt(direction->cipher, plain, inner, record + header_size, inner) ||
        gcry_cipher_checktag(direction->cipher, record + header_size + inner, spdm_tag_size))
        spdm_stop("a secured message", "it was changed on its way");
    size_t size = (size_t)(plain[0] | plain[1] << 8);
    if (size > inner - 2) spdm_stop("a secured message", "shorter than it says");
    memcpy(message, plain + 2, size);
    return size;
}
