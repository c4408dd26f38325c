/*
 * yaml_check - what the YAML profile forbids that a parser lets through: broken UTF-8, control
 * and bidirectional characters, and keys given twice (rule-language.md section 5).
 */
#ifndef TEXT_YAML_CHECK_H
#define TEXT_YAML_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "text/diag.h"
#include "text/yaml_read.h"

/* R107 for every bidirectional control, R108 or R101 for the first unusable byte: then false. */
bool yaml_check_text(struct diags *ds, uint32_t file);
/* Whether a decoded text holds a NUL or a bidirectional control (written as an escape). */
bool yaml_check_hidden(struct bytes text);
/* R105 for every key of `map` given before in it; `outer` is the document's own map. False: no
 * memory. */
bool yaml_check_keys(struct diags *ds, const struct yaml_node *map, const struct yaml_node *outer);

#endif
