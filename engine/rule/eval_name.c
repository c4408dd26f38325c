/*
 * eval_name - names while a program runs: likeness of two, and people on lists.
 */
#include "list/fact.h"
#include "name/score.h"
#include "rule/room.h"

enum { MILLIONTH = NUMBER_SCALE / SOUND_SAME };

/* The room's space for names, made when first needed; NULL when out of memory. */
static struct name_room *
names_of(struct eval_room *room)
{
    if (room->names == NULL)
        room->names = name_room_new();
    room->counts.no_memory += room->names == NULL;
    return room->names;
}

struct exact
eval_similar(const struct run *r, const struct instr *in)
{
    struct text a = eval_text(r, r->operand[in->first]), b;
    struct name_room *names;
    struct name x, y;
    struct score score;

    if (!a.set)
        return exact_missing();
    b = eval_text(r, r->operand[in->first + 1]);
    names = b.set ? names_of(r->room) : NULL;
    if (names == NULL)
        return exact_missing();
    name_read(names, 0, a.bytes, &x);
    name_read(names, 1, b.bytes, &y);
    score_names(&x, &y, &score);
    return exact_of((int128)score.value * MILLIONTH);
}

/* ---- lists of names ------------------------------------------------------------------------- */

/* The party a field belongs to; false where it is of none, as a narrative. */
static bool
party_of(unsigned field, int *side)
{
    if (field < TXN_O_ACCOUNT || field >= TXN_FIELD_COUNT)
        return false;
    *side = field < TXN_B_ACCOUNT ? SIDE_ORIGINATOR : SIDE_BENEFICIARY;
    return true;
}

/* A column the installation added, or 0. */
static unsigned
column(const struct instr *in, int side, bool document)
{
    return (unsigned)(in->high >> (8 * (side + (document ? 2 : 0)))) & 0xff;
}

/* Documents are compared by letters and digits alone, in capitals. */
static struct bytes
document_of(const struct txn *txn, unsigned field, struct arena *texts)
{
    struct fact f;

    if (field == 0 || !txn_has(txn, field) || !fact_document(txn_text(txn, field), texts, &f))
        return (struct bytes){"", 0};
    return f.text;
}

static void
describe_person(const struct txn *txn, const struct instr *in, int side, struct arena *texts,
    struct watch_person *p)
{
    unsigned shift = side == SIDE_ORIGINATOR ? 0 : (unsigned)TXN_PARTY_SPAN;
    unsigned born = column(in, side, false);

    if (txn_has(txn, TXN_O_COUNTRY + shift))
        p->country = txn_num(txn, TXN_O_COUNTRY + shift);
    if (txn_has(txn, TXN_O_PHONE + shift))
        p->phone = txn_text(txn, TXN_O_PHONE + shift);
    if (born != 0 && txn_has(txn, born))
        p->born_day = txn_num(txn, born);
    p->document = document_of(txn, column(in, side, true), texts);
}

enum watch_verdict
eval_on_names(const struct run *r, const struct instr *in, struct bytes name, int64_t day,
    struct watch_hit *hit)
{
    const struct instr *subject = &r->code[r->operand[in->first]];
    struct watch_person person = {
        .name = name, .phone = {"", 0}, .document = {"", 0}, .born_day = WATCH_NO_DAY};
    struct name_room *names = names_of(r->room);
    const struct txn *txn = r->frame->txn;
    int side;

    if (names == NULL)
        return WATCH_INCONCLUSIVE;
    if (txn != NULL && subject->op == OP_FIELD && party_of(eval_cell(r, subject), &side))
        describe_person(txn, in, side, &r->room->row_texts, &person);
    return watch_match_name(
        in->named->watch, names, &person, day, in->low, &r->room->row_texts, hit);
}
