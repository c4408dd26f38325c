/*
 * mode - frequencies of frequencies.
 */
#include "state/mode.h"

#include <assert.h>
#include <string.h>

static uint32_t *
values_by_count(const struct mode *m, const struct store *s)
{
    return pool_at(&s->pool, m->class1 - 1, m->number);
}

static uint32_t
count_room(uint32_t class1)
{
    return class1 == 0 ? 0 : 4u << (class1 - 1);
}

bool
mode_reserve(struct mode *m, struct store *s)
{
    uint32_t number;

    if (!distinct_reserve(&m->values, s))
        return false;
    if (m->top + 1 < count_room(m->class1))
        return true;
    if ((number = pool_take(&s->pool, m->class1)) == POOL_NONE)
        return false;
    memset(pool_at(&s->pool, m->class1, number), 0, (size_t)16 << m->class1);
    if (m->class1 != 0) {
        memcpy(pool_at(&s->pool, m->class1, number), values_by_count(m, s),
            (size_t)16 << (m->class1 - 1));
        pool_give(&s->pool, m->class1 - 1, m->number);
    }
    m->number = number;
    m->class1++;
    return true;
}

void
mode_add(struct mode *m, struct store *s, struct stored v)
{
    uint32_t *values = values_by_count(m, s);
    uint32_t now = distinct_add(&m->values, s, v);

    assert(now < count_room(m->class1));
    if (now > 1)
        values[now - 1]--;
    values[now]++;
    if (now > m->top)
        m->top = now;
    m->set++;
}

void
mode_drop(struct mode *m, struct store *s, struct stored v)
{
    uint32_t *values = values_by_count(m, s);
    uint32_t now = distinct_drop(&m->values, s, v);

    assert(values[now + 1] > 0 && m->set > 0);
    values[now + 1]--;
    if (now > 0)
        values[now]++;
    if (values[m->top] == 0)
        m->top--;
    m->set--;
    if (m->set == 0)
        mode_fini(m, s);
}

void
mode_fini(struct mode *m, struct store *s)
{
    distinct_fini(&m->values, s);
    if (m->class1 != 0)
        pool_give(&s->pool, m->class1 - 1, m->number);
    *m = (struct mode){0};
}
