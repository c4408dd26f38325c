/*
 * explain_path - the way money took, drawn from the roles of the transactions: hop after hop, or
 * from those who paid over those who passed it on to those who got it.
 */
#include <stdio.h>
#include <string.h>

#include "author/explain_private.h"

enum { NAMES_SHOWN = 4, HOPS_MOST = 64, LEGS = 2 };

/* Roles of the first and of the second leg, by what uses them. */
static const char *const leg_roles[][LEGS] = {
    {"incoming", "outgoing"}, {"lot", "payment"}, {"first_leg", "last_leg"}};

static bool
has_role(const struct evidence *e, const char *role)
{
    return strcmp(e->role, role) == 0;
}

static struct bytes
party(const struct evidence *e, bool payee)
{
    struct bytes name = payee ? e->beneficiary : e->originator;

    return name.size > 0 ? name : bytes_of("(cash or unknown)");
}

/* The different parties of a role, at most four of them by name. */
static void
put_parties(const struct evidence *row, size_t count, const char *role, bool payee, struct buf *out)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        bool met = !has_role(&row[i], role);

        for (size_t k = 0; k < i && !met; k++)
            met = has_role(&row[k], role) &&
                  bytes_equal(party(&row[k], payee), party(&row[i], payee));
        if (met)
            continue;
        if (found++ >= NAMES_SHOWN)
            continue;
        buf_text(out, found > 1 ? ", " : "");
        buf_add(out, party(&row[i], payee).at, party(&row[i], payee).size);
    }
    if (found > NAMES_SHOWN)
        buf_print(out, " and %zu more", found - NAMES_SHOWN);
}

static void
put_amount(const struct evidence *e, struct buf *out)
{
    if (e->currency != 0)
        value_print(value_money(e->currency, e->amount_minor), false, NULL, out);
    else
        buf_text(out, "amount unknown");
}

/* " --(4 payments, 2 000.00 EUR)--> "; without the sum where one of them has no amount in EUR. */
static void
put_arrow(const struct evidence *row, size_t count, const char *role, struct buf *out)
{
    const struct evidence *last = NULL;
    size_t payments = 0;
    int128 cents = 0;
    bool known = true;

    for (size_t i = 0; i < count; i++) {
        if (!has_role(&row[i], role))
            continue;
        last = &row[i];
        payments++;
        known = known && row[i].amount_eur != INT64_MIN;
        cents += known ? row[i].amount_eur : 0;
    }
    buf_text(out, " --(");
    if (payments == 1) {
        put_amount(last, out);
    } else {
        buf_print(out, "%zu payments", payments);
        if (known) {
            buf_text(out, ", ");
            value_print(value_money(code_pack("EUR", 3), cents), false, NULL, out);
        }
    }
    buf_text(out, ")--> ");
}

static const struct evidence *
with_role(const struct evidence *row, size_t count, const char *role)
{
    for (size_t i = 0; i < count; i++)
        if (has_role(&row[i], role))
            return &row[i];
    return NULL;
}

static bool
put_hops(const struct evidence *row, size_t count, struct buf *out)
{
    char role[16];
    size_t n = 1;

    for (; n <= HOPS_MOST; n++) {
        (void)snprintf(role, sizeof role, "hop_%zu", n);
        if (with_role(row, count, role) == NULL)
            break;
        if (n == 1)
            put_parties(row, count, role, false, out);
        put_arrow(row, count, role, out);
        put_parties(row, count, role, true, out);
    }
    return n > 1;
}

void
explain_path(const struct evidence *row, size_t count, struct buf *out)
{
    if (put_hops(row, count, out))
        return;
    for (size_t i = 0; i < sizeof leg_roles / sizeof *leg_roles; i++) {
        const char *const *leg = leg_roles[i];

        if (with_role(row, count, leg[0]) == NULL)
            continue;
        put_parties(row, count, leg[0], false, out);
        put_arrow(row, count, leg[0], out);
        put_parties(row, count, leg[0], true, out);
        if (with_role(row, count, leg[1]) == NULL)
            return;
        put_arrow(row, count, leg[1], out);
        put_parties(row, count, leg[1], true, out);
        return;
    }
    if (with_role(row, count, "payment") == NULL && with_role(row, count, "outgoing") == NULL)
        return;
    put_parties(row, count, row->role, false, out);
    put_arrow(row, count, row->role, out);
    put_parties(row, count, row->role, true, out);
}
