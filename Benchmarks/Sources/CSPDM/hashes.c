#include "CSPDM.h"

#include <string.h>

void spdm_hash(uint8_t digest[spdm_hash_size], const void *bytes, size_t count) {
    gcry_md_hash_buffer(GCRY_MD_SHA384, digest, bytes, count);
}

void spdm_hmac(uint8_t digest[spdm_hash_size], const uint8_t key[spdm_hash_size], const void *bytes, size_t count) {
    gcry_md_hd_t handle;
    if (gcry_md_open(&handle, GCRY_MD_SHA384, GCRY_MD_FLAG_HMAC) || gcry_md_setkey(handle, key, spdm_hash_size))
        spdm_stop("HMAC", "libgcrypt");
    gcry_md_write(handle, bytes, count);
    memcpy(digest, gcry_md_read(handle, 0), spdm_hash_size);
    gcry_md_close(handle);
}

void spdm_expand(uint8_t *output, size_t count, const uint8_t secret[spdm_hash_size], const char *label,
                 const uint8_t *context) {
    static const char version[] = "spdm1.2 ";
    uint8_t text[128], digest[spdm_hash_size];
    size_t size = 0;
    if (count > spdm_hash_size) spdm_stop("HKDF", "more than one block");
    text[size++] = (uint8_t)count;
    text[size++] = 0;
    memcpy(text + size, version, 8);
    memcpy(text + size + 8, label, strlen(label));
    size += 8 + strlen(label);
    if (context) {
        memcpy(text + size, context, spdm_hash_size);
        size += spdm_hash_size;
    }
    text[size++] = 1; /* the first block's number (RFC 5869, 2.3) */
    spdm_hmac(digest, secret, text, size);
    memcpy(output, digest, count);
}

spdm_transcript spdm_transcript_new(void) {
    spdm_transcript transcript;
    if (gcry_md_open(&transcript, GCRY_MD_SHA384, 0)) spdm_stop("SHA-384", "libgcrypt");
    return transcript;
}

spdm_transcript spdm_transcript_copy(spdm_transcript transcript) {
    spdm_transcript copy;
    if (gcry_md_copy(&copy, transcript)) spdm_stop("SHA-384", "libgcrypt");
    return copy;
}

void spdm_transcript_hash(spdm_transcript transcript, uint8_t digest[spdm_hash_size]) {
    spdm_transcript copy = spdm_transcript_copy(transcript);
    memcpy(digest, gcry_md_read(copy, 0), spdm_hash_size);
    gcry_md_close(copy);
}
