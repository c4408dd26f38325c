/*
 * yaml_fault - what is wrong with a file that libyaml cannot parse, said for people.
 *
 * libyaml's own sentences speak of tokens and contexts; these speak of what stands in the line and
 * of what to write instead (rule-language.md section 14, examples 6 and 7).
 */
#ifndef TEXT_YAML_FAULT_H
#define TEXT_YAML_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "text/diag.h"

struct yaml_fault {
    uint32_t file;
    const char *problem; /* libyaml's words */
    size_t at;           /* byte of the file where it gave up */
    size_t context_at;   /* byte where what it was reading began; SIZE_MAX: not told */
};

/* One R101, R103, R104 or R106 for the fault. */
void yaml_fault_tell(struct diags *ds, const struct yaml_fault *f);

/*
 * R102: a plain scalar [from, to) that ends inside a quoted text because ` #` began a comment
 * which holds the closing quote. True if it was told. `key`: what the value belongs to, or empty.
 */
bool yaml_fault_hash(struct diags *ds, uint32_t file, size_t from, size_t to, struct bytes key);

#endif
