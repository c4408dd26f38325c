/*
 * legal_form - words in a name that tell a business from a person: `d.o.o.`, `GmbH`, `Ltd. Sti.`
 *
 * The words are data: a CSV file `form,kind,language,place,source`. `kind` is a kind of party
 * (business, bank, ...); `place` is `any`, or `end` where the word counts only as the first or last
 * of the name, because it also occurs inside names of persons. Words compare folded, dots between
 * single letters left out. Immutable once loaded, shared by threads.
 */
#ifndef INGEST_LEGAL_FORM_H
#define INGEST_LEGAL_FORM_H

#include <stdint.h>

#include "model/type.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct legal_forms;

enum weir_status legal_forms_load(const char *path, struct legal_forms **out, struct weir_err *err);
void legal_forms_free(struct legal_forms *f); /* NULL allowed */
/* The kind the words of a name tell, the most telling first (bank before business); 0: none. */
enum kind legal_forms_find(const struct legal_forms *f, struct bytes name);
const uint8_t *legal_forms_hash(const struct legal_forms *f); /* SHA-256 of the file */

#endif
