#include "CSPDM.h"

#include <string.h>

enum { coordinate = spdm_point_size / 2 };

static gcry_sexp_t expression(const char *text, const void *first, const void *second, int count) {
    gcry_sexp_t made;
    if (gcry_sexp_build(&made, NULL, text, count, first, count, second)) spdm_stop(text, "libgcrypt");
    return made;
}

static void number_bytes(gcry_mpi_t number, uint8_t bytes[coordinate]) {
    size_t size;
    if (gcry_mpi_print(GCRYMPI_FMT_USG, bytes, coordinate, &size, number)) spdm_stop("a number", "too large");
    memmove(bytes + coordinate - size, bytes, size);
    memset(bytes, 0, coordinate - size);
}

static gcry_mpi_t number(const uint8_t bytes[coordinate]) {
    gcry_mpi_t read;
    if (gcry_mpi_scan(&read, GCRYMPI_FMT_USG, bytes, coordinate, NULL)) spdm_stop("a number", "libgcrypt");
    return read;
}

void spdm_key_make(struct spdm_key *key) {
    gcry_sexp_t pair, wish;
    gcry_buffer_t point = {0};
    uint8_t bytes[1 + spdm_point_size];
    if (gcry_sexp_build(&wish, NULL, "(genkey (ecc (curve \"NIST P-384\")))") || gcry_pk_genkey(&pair, wish))
        spdm_stop("a new key", "libgcrypt");
    point.data = bytes;
    point.size = sizeof bytes;
    if (gcry_sexp_extract_param(pair, "public-key!ecc", "&q", &point, NULL) || point.len != sizeof bytes ||
        bytes[0] != 4)
        spdm_stop("a new key", "no point in it");
    memcpy(key->point, bytes + 1, spdm_point_size);
    key->secret = gcry_sexp_find_token(pair, "private-key", 0);
    gcry_sexp_release(pair);
    gcry_sexp_release(wish);
}

static gcry_sexp_t digest_expression(const uint8_t digest[spdm_hash_size]) {
    gcry_sexp_t made;
    if (gcry_sexp_build(&made, NULL, "(data (flags rfc6979) (hash sha384 %b))", spdm_hash_size, digest))
        spdm_stop("a digest", "libgcrypt");
    return made;
}

void spdm_sign(const struct spdm_key *key, const uint8_t digest[spdm_hash_size],
               uint8_t signature[spdm_signature_size]) {
    gcry_sexp_t data = digest_expression(digest), result;
    gcry_mpi_t r, s;
    if (gcry_pk_sign(&result, data, key->secret) || gcry_sexp_extract_param(result, "sig-val!ecdsa", "rs", &r, &s, NULL))
        spdm_stop("sign", "libgcrypt");
    number_bytes(r, signature);
    number_bytes(s, signature + coordinate);
    gcry_mpi_release(r);
    gcry_mpi_release(s);
    gcry_sexp_release(result);
    gcry_sexp_release(data);
}

int spdm_verify(const uint8_t point[spdm_point_size], const uint8_t digest[spdm_hash_size],
                const uint8_t signature[spdm_signature_size]) {
    uint8_t marked[1 + spdm_point_size] = {4};
    gcry_sexp_t data = digest_expression(digest), key;
    gcry_sexp_t values = expression("(sig-val (ecdsa (r %b) (s %b)))", signature, signature + coordinate, coordinate);
    memcpy(marked + 1, point, spdm_point_size);
    if (gcry_sexp_build(&key, NULL, "(public-key (ecc (curve \"NIST P-384\") (q %b)))", (int)sizeof marked, marked))
        spdm_stop("a public key", "libgcrypt");
    int isRight = gcry_pk_verify(values, data, key) == 0;
    gcry_sexp_release(key);
    gcry_sexp_release(values);
    gcry_sexp_release(data);
    return isRight;
}

void spdm_signed_digest(uint8_t digest[spdm_hash_size], const char *context, const uint8_t hash[spdm_hash_size]) {
    static const char prefix[] = "dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*";
    uint8_t text[100 + spdm_hash_size] = {0};
    memcpy(text, prefix, 64);
    memcpy(text + 100 - strlen(context), context, strlen(context));
    memcpy(text + 100, hash, spdm_hash_size);
    spdm_hash(digest, text, sizeof text);
}

static gcry_ctx_t curve(void) {
    static gcry_ctx_t made;
    if (!made && gcry_mpi_ec_new(&made, NULL, "NIST P-384")) spdm_stop("P-384", "libgcrypt");
    return made;
}

static void affine(gcry_mpi_point_t point, gcry_mpi_t x, gcry_mpi_t y) {
    if (gcry_mpi_ec_get_affine(x, y, point, curve())) spdm_stop("ECDHE", "the point at infinity");
}

gcry_mpi_t spdm_ephemeral(uint8_t point[spdm_point_size]) {
    gcry_mpi_t secret = gcry_mpi_new(0), x = gcry_mpi_new(0), y = gcry_mpi_new(0);
    gcry_mpi_t order = gcry_mpi_ec_get_mpi("n", curve(), 1);
    gcry_mpi_point_t base = gcry_mpi_ec_get_point("g", curve(), 1), public = gcry_mpi_point_new(0);
    do gcry_mpi_randomize(secret, 384, GCRY_STRONG_RANDOM);
    while (gcry_mpi_cmp(secret, order) >= 0 || gcry_mpi_cmp_ui(secret, 0) == 0);
    gcry_mpi_ec_mul(public, secret, base, curve());
    affine(public, x, y);
    number_bytes(x, point);
    number_bytes(y, point + coordinate);
    gcry_mpi_point_release(public);
    gcry_mpi_point_release(base);
    gcry_mpi_release(order);
    gcry_mpi_release(x);
    gcry_mpi_release(y);
    return secret;
}

void spdm_share(gcry_mpi_t ephemeral, const uint8_t other[spdm_point_size], uint8_t secret[spdm_hash_size]) {
    gcry_mpi_t x = number(other), y = number(other + coordinate), one = gcry_mpi_set_ui(NULL, 1);
    gcry_mpi_point_t theirs = gcry_mpi_point_set(NULL, x, y, one), shared = gcry_mpi_point_new(0);
    if (!gcry_mpi_ec_curve_point(theirs, curve())) spdm_stop("ECDHE", "the other end's point is not on the curve");
    gcry_mpi_ec_mul(shared, ephemeral, theirs, curve());
    affine(shared, x, y);
    number_bytes(x, secret);
    gcry_mpi_point_release(shared);
    gcry_mpi_point_release(theirs);
    gcry_mpi_release(one);
    gcry_mpi_release(x);
    gcry_mpi_release(y);
    gcry_mpi_release(ephemeral);
}
