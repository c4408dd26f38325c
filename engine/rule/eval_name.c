/*
 * eval_name - names while a program runs: likeness of two.
 */
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
