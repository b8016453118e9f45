/* A TOML document as toml++ reads it, handed to Swift: the values of its top level, each with the line of its key.
 * Nothing here throws; a pointer that is returned lives as long as its document. */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctoml_document ctoml_document;

typedef enum { CTOML_TEXT, CTOML_INTEGER, CTOML_BOOLEAN, CTOML_LIST, CTOML_TABLE, CTOML_OTHER } ctoml_kind;

/* Bytes in UTF-8 that may hold zeros. */
typedef struct {
    const char *bytes;
    size_t count;
} ctoml_text;

typedef struct {
    ctoml_kind kind;
    uint32_t line;   /* where it begins, from 1 */
    ctoml_text text; /* of a text */
    int64_t integer; /* of an integer */
    bool boolean;    /* of a boolean */
    size_t items;    /* of a list: how many */
} ctoml_value;

/* NULL where there is no memory. A text that is no TOML gives a document with an error and no values. */
ctoml_document *ctoml_parse(const char *bytes, size_t count);
void ctoml_free(ctoml_document *document);

bool ctoml_failed(const ctoml_document *document);
ctoml_text ctoml_error(const ctoml_document *document);
uint32_t ctoml_error_line(const ctoml_document *document);

/* The top level, in the order of the keys' bytes. An index must be below the count. */
size_t ctoml_count(const ctoml_document *document);
ctoml_text ctoml_key(const ctoml_document *document, size_t index);
uint32_t ctoml_key_line(const ctoml_document *document, size_t index);
ctoml_value ctoml_value_at(const ctoml_document *document, size_t index);
/* An item of a list. */
ctoml_value ctoml_item_at(const ctoml_document *document, size_t index, size_t item);

#ifdef __cplusplus
}
#endif

#endif
