#!/bin/sh
# explain - every alert of a sampled export comes again as it was written, byte for byte, with clauses that
# are true of its figures. EXPLAIN_ROWS=1000000 asks for a larger one.
# shellcheck source=tests/law/lib.sh
. tests/law/lib.sh

data=$sample
if [ -n "${EXPLAIN_ROWS:-}" ]; then
    data=$here/data
    "$WEIR" sample --out "$data" --rows "$EXPLAIN_ROWS" --seed 5 --days 90 --level 1 >/dev/null || exit 1
fi
"$WEIR" screen --quiet --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" \
    --out "$here/out" "$data/data" >"$here/log" 2>&1
[ -s "$here/out/alerts.jsonl" ] || fail "the sample alerts about nobody"

# same_again FILE: all alerts of a file of the run; all of them agree.
same_again() {
    "$WEIR" explain --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" --work "$here" \
        --alerts "$here/out/$1" "$data/data" >"$here/said" 2>"$here/err" || fail "$(cat "$here/err" "$here/said")"
    alerts=$(grep -c . "$here/out/$1")
    grep -q "^$alerts alerts* explained, $alerts as written, 0 not" "$here/said" || fail "$(tail -n 3 "$here/said")"
    echo "$1: $alerts alerts explained as they were written"
}
same_again alerts.jsonl
same_again shadow.jsonl

# One that is not as it was written is found out.
sed -i '1s/"hits":[0-9]*/"hits":999999/' "$here/out/alerts.jsonl"
"$WEIR" explain --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" --work "$here" \
    --alerts "$here/out/alerts.jsonl" "$data/data" >"$here/said" 2>&1
[ $? -eq 12 ] && grep -q "DIFFERS FROM WHAT WAS WRITTEN in hits" "$here/said" || fail "a changed alert passed for whole"
