#include "screen/record.h"

#include "alert/book.h"
#include "rule/judge.h"

struct alert *
record_hit(struct book *book, struct judge *j, const struct draft *draft, bool *first)
{
    const struct evidence *list;
    struct hit hit;
    struct alert *alert = book_hit(book, &draft->hit, first);
    size_t count;

    if (alert == NULL)
        return NULL;
    if (*first &&
        (!judge_describe(j, draft, &hit) || !book_open(book, alert, &hit, &draft->completing)))
        return NULL;
    if (!judge_evidence(j, draft, alert->evidence_newest, &list, &count))
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!book_evidence(book, alert, &list[i]))
            return NULL;
    return alert;
}
