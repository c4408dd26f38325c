/* template - the rules of template.def as a table. */
#include "author/template.h"

#include "rule/document.h"

const struct template templates[] = {
#define TEMPLATE(label, what, operator_key, ...) {label, what, operator_key, __VA_ARGS__},
#include "author/template.def"
#undef TEMPLATE
};
const size_t template_count = sizeof templates / sizeof *templates;

bool
template_ready(const struct template *t)
{
    const struct key *k;

    if (t->operator_key == NULL)
        return true;
    k = document_key(BLOCK_RULE, bytes_of(t->operator_key));
    return k != NULL && (k->flags & KEY_LATER) == 0;
}
