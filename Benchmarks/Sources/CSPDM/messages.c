#include "CSPDM.h"

enum { response = 0x7f }; /* of a request's code: without its highest bit */

static size_t word(const uint8_t *bytes) { return (size_t)(bytes[0] | bytes[1] << 8); }

/* Where a length stands in the message itself, the bytes before it have to be there. */
static size_t needs(size_t count, size_t available) {
    if (count > available) spdm_stop("a message", "cut short");
    return count;
}

size_t spdm_length(const uint8_t *message, size_t available) {
    const size_t hash = spdm_hash_size, point = spdm_point_size, signature = spdm_signature_size, head = 4;
    size_t at;
    needs(head, available);
    switch (message[1]) {
    case spdm_get_version: case spdm_get_digests: case spdm_heartbeat: case spdm_heartbeat & response:
    case spdm_end_session: case spdm_end_session & response: case spdm_finish & response:
        return head;
    case spdm_get_version & response:
        needs(6, available);
        return needs((size_t)(6 + 2 * message[5]), available);
    case spdm_get_capabilities: case spdm_get_capabilities & response: return needs(20, available);
    case spdm_negotiate_algorithms: case spdm_negotiate_algorithms & response:
        needs(6, available);
        return needs(word(message + 4), available);
    case spdm_get_digests & response: return needs(head + hash, available);
    case spdm_get_certificate: return needs(8, available);
    case spdm_get_certificate & response:
        needs(8, available);
        return needs(8 + word(message + 4), available);
    case spdm_challenge: return needs(head + spdm_nonce_size, available);
    case spdm_challenge & response: return needs(head + hash + spdm_nonce_size + hash + 2 + signature, available);
    case spdm_get_measurements: return needs(head + spdm_nonce_size + 1, available);
    case spdm_get_measurements & response:
        needs(8, available);
        at = 8 + word(message + 5) + ((size_t)message[7] << 16);
        return needs(at + spdm_nonce_size + 2 + signature, available);
    case spdm_key_exchange: return needs(head + 4 + spdm_nonce_size + point + 2, available);
    case spdm_key_exchange & response:
        return needs(head + 4 + spdm_nonce_size + point + 2 + signature + hash, available);
    case spdm_finish: return needs(head + hash, available);
    case spdm_vendor_defined: case spdm_vendor_defined & response:
        needs(11, available);
        return needs(11 + word(message + 9), available);
    default: spdm_stop("a message", "of a kind that nobody here knows");
    }
}
