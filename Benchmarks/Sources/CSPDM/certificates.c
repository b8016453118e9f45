/* Just enough of X.509 (RFC 5280) and DER: certificates are made here, and read here alone. */
#include "CSPDM.h"

#include <string.h>

/* A root, two authorities, a device and its firmware's alias. Each certificate holds as much as one of a DICE chain that
 * describes what it measured, so that the chain is read in portions. */
enum { certificates = 5, description_size = 700, most_certificate = 2048 };

enum { der_integer = 2, der_bits = 3, der_octets = 4, der_oid = 6, der_text = 12, der_time = 23, der_sequence = 48,
       der_set = 49 };

static const uint8_t ecdsa_sha384[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3};
static const uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1};
static const uint8_t secp384r1[] = {0x2b, 0x81, 4, 0, 0x22};
static const uint8_t common_name[] = {0x55, 4, 3};
static const uint8_t dice_tcb[] = {0x67, 0x81, 5, 5, 4, 1};

/* Written from its end to its start, so that a length is known when it is written. */
struct writer {
    uint8_t bytes[most_certificate];
    size_t start;
};

static void put(struct writer *writer, const void *bytes, size_t count) {
    if (count > writer->start) spdm_stop("a certificate", "no room");
    writer->start -= count;
    memcpy(writer->bytes + writer->start, bytes, count);
}

/* Puts tag and length in front of everything since `end`, where the writer stood then. */
static void wrap(struct writer *writer, uint8_t tag, size_t end) {
    size_t count = end - writer->start;
    const uint8_t length[3] = {0x82, (uint8_t)(count >> 8), (uint8_t)count};
    const uint8_t medium[2] = {0x81, (uint8_t)count}, small = (uint8_t)count;
    if (count > 255) put(writer, length, 3);
    else if (count > 127) put(writer, medium, 2);
    else put(writer, &small, 1);
    put(writer, &tag, 1);
}

static void put_item(struct writer *writer, uint8_t tag, const void *bytes, size_t count) {
    size_t end = writer->start;
    put(writer, bytes, count);
    wrap(writer, tag, end);
}

static void put_integer(struct writer *writer, const uint8_t *bytes, size_t count) {
    static const uint8_t zero = 0;
    size_t end = writer->start;
    while (count > 1 && *bytes == 0) bytes++, count--;
    put(writer, bytes, count);
    if (*bytes & 0x80) put(writer, &zero, 1);
    wrap(writer, der_integer, end);
}

static void put_name(struct writer *writer, int number) {
    const char name[2] = {'C', (char)('0' + number)};
    size_t end = writer->start;
    put_item(writer, der_text, name, sizeof name);
    put_item(writer, der_oid, common_name, sizeof common_name);
    wrap(writer, der_sequence, end);
    wrap(writer, der_set, end);
    wrap(writer, der_sequence, end);
}

static void put_algorithm(struct writer *writer) {
    size_t end = writer->start;
    put_item(writer, der_oid, ecdsa_sha384, sizeof ecdsa_sha384);
    wrap(writer, der_sequence, end);
}

static void put_key(struct writer *writer, const uint8_t point[spdm_point_size]) {
    static const uint8_t mark[] = {0, 4};
    size_t end = writer->start, inner;
    put(writer, point, spdm_point_size);
    put(writer, mark, sizeof mark);
    wrap(writer, der_bits, end);
    inner = writer->start;
    put_item(writer, der_oid, secp384r1, sizeof secp384r1);
    put_item(writer, der_oid, ec_public_key, sizeof ec_public_key);
    wrap(writer, der_sequence, inner);
    wrap(writer, der_sequence, end);
}

static void put_extensions(struct writer *writer) {
    uint8_t description[description_size];
    size_t end = writer->start;
    gcry_create_nonce(description, sizeof description);
    put_item(writer, der_octets, description, sizeof description);
    put_item(writer, der_oid, dice_tcb, sizeof dice_tcb);
    wrap(writer, der_sequence, end);
    wrap(writer, der_sequence, end);
    wrap(writer, 0xa3, end);
}

/* The certificate of `number` for this key, signed by the issuer's. */
static void put_certificate(struct writer *writer, int number, const struct spdm_key *issuer,
                            const uint8_t point[spdm_point_size]) {
    static const char from[] = "250101000000Z", to[] = "491231235959Z";
    static const uint8_t version = 2, no_unused_bits = 0;
    uint8_t serial = (uint8_t)(number + 1), digest[spdm_hash_size], signature[spdm_signature_size];
    struct writer body = {.start = sizeof body.bytes};
    size_t end = body.start, inner;
    put_extensions(&body);
    put_key(&body, point);
    put_name(&body, number);
    inner = body.start;
    put_item(&body, der_time, to, 13);
    put_item(&body, der_time, from, 13);
    wrap(&body, der_sequence, inner);
    put_name(&body, number ? number - 1 : 0);
    put_algorithm(&body);
    put_integer(&body, &serial, 1);
    inner = body.start;
    put_integer(&body, &version, 1);
    wrap(&body, 0xa0, inner);
    wrap(&body, der_sequence, end);

    spdm_hash(digest, body.bytes + body.start, end - body.start);
    spdm_sign(issuer, digest, signature);
    size_t whole = writer->start;
    put_integer(writer, signature + spdm_signature_size / 2, spdm_signature_size / 2);
    put_integer(writer, signature, spdm_signature_size / 2);
    wrap(writer, der_sequence, whole);
    put(writer, &no_unused_bits, 1);
    wrap(writer, der_bits, whole);
    put_algorithm(writer);
    put(writer, body.bytes + body.start, end - body.start);
    wrap(writer, der_sequence, whole);
}

void spdm_chain_make(struct spdm_chain *chain, struct spdm_key *leaf) {
    struct spdm_key issuer, key;
    spdm_key_make(&issuer);
    key = issuer;
    chain->count = 4 + spdm_hash_size;
    for (int number = 0; number < certificates; number++) {
        struct writer writer = {.start = sizeof writer.bytes};
        if (number) spdm_key_make(&key);
        put_certificate(&writer, number, &issuer, key.point);
        size_t count = sizeof writer.bytes - writer.start;
        memcpy(chain->bytes + chain->count, writer.bytes + writer.start, count);
        if (number == 0) spdm_hash(chain->bytes + 4, writer.bytes + writer.start, count);
        chain->count += count;
        issuer = key;
    }
    *leaf = key;
    const uint8_t head[4] = {(uint8_t)chain->count, (uint8_t)(chain->count >> 8), 0, 0};
    memcpy(chain->bytes, head, sizeof head);
}

/* One item of DER: what is in it, and what follows. */
struct item {
    uint8_t tag;
    const uint8_t *whole, *start, *end;
};

static struct item next_item(const uint8_t **at, const uint8_t *end) {
    struct item item = {.whole = *at};
    size_t left = (size_t)(end - *at), head = 2, count;
    if (left < 4) spdm_stop("the certificates", "cut short");
    item.tag = (*at)[0];
    count = (*at)[1];
    if (count == 0x81) count = (*at)[2], head = 3;
    else if (count == 0x82) count = (size_t)((*at)[2] << 8 | (*at)[3]), head = 4;
    else if (count > 0x7f) spdm_stop("the certificates", "no length");
    if (left < head + count) spdm_stop("the certificates", "cut short");
    item.start = *at + head;
    item.end = *at = item.start + count;
    return item;
}

static void take_integer(const uint8_t **at, const uint8_t *end, uint8_t number[spdm_signature_size / 2]) {
    struct item item = next_item(at, end);
    while (item.start < item.end && *item.start == 0) item.start++;
    size_t count = (size_t)(item.end - item.start), size = spdm_signature_size / 2;
    if (item.tag != der_integer || count > size) spdm_stop("the certificates", "no signature");
    memset(number, 0, size - count);
    memcpy(number + size - count, item.start, count);
}

static void take_signature(struct item bits, uint8_t signature[spdm_signature_size]) {
    const uint8_t *at = bits.start + 1;
    struct item pair = next_item(&at, bits.end);
    at = pair.start;
    take_integer(&at, pair.end, signature);
    take_integer(&at, pair.end, signature + spdm_signature_size / 2);
}

/* The key in the part of a certificate that is signed: its seventh item ends with the point. */
static void take_key(struct item body, uint8_t point[spdm_point_size]) {
    const uint8_t *at = body.start;
    struct item item = {0};
    for (int number = 0; number < 7; number++) item = next_item(&at, body.end);
    if (item.tag != der_sequence || item.end - item.start <= spdm_point_size) spdm_stop("the certificates", "no key");
    memcpy(point, item.end - spdm_point_size, spdm_point_size);
}

void spdm_chain_check(const struct spdm_chain *chain, const uint8_t root[spdm_hash_size],
                      uint8_t leaf[spdm_point_size]) {
    const uint8_t *at = chain->bytes + 4 + spdm_hash_size, *end = chain->bytes + chain->count;
    uint8_t digest[spdm_hash_size], signature[spdm_signature_size], issuer[spdm_point_size];
    if (chain->count <= 4 + spdm_hash_size || (size_t)(chain->bytes[0] | chain->bytes[1] << 8) != chain->count)
        spdm_stop("the certificates", "of another length than they say");
    for (int number = 0; at < end; number++) {
        struct item whole = next_item(&at, end);
        const uint8_t *inner = whole.start;
        struct item body = next_item(&inner, whole.end);
        next_item(&inner, whole.end);
        take_signature(next_item(&inner, whole.end), signature);
        take_key(body, leaf);
        if (number == 0) {
            memcpy(issuer, leaf, sizeof issuer);
            spdm_hash(digest, whole.whole, (size_t)(whole.end - whole.whole));
            if (memcmp(digest, root, sizeof digest) || memcmp(digest, chain->bytes + 4, sizeof digest))
                spdm_stop("the certificates", "another root than the one that is trusted");
        }
        spdm_hash(digest, body.whole, (size_t)(body.end - body.whole));
        if (!spdm_verify(issuer, digest, signature)) spdm_stop("the certificates", "a wrong signature");
        memcpy(issuer, leaf, sizeof issuer);
    }
}
