#!/bin/sh
# explain - every alert of a sampled export comes again as it was written, byte for byte, with clauses that
# are true of its figures: of the shipped rules, and of rules with every operator. EXPLAIN_ROWS=1000000 asks for
# a larger one.
# shellcheck source=tests/law/lib.sh
. tests/law/lib.sh

data=$sample
if [ -n "${EXPLAIN_ROWS:-}" ]; then
    data=$here/data
    "$WEIR" sample --out "$data" --rows "$EXPLAIN_ROWS" --seed 5 --days 90 --level 1 >/dev/null || exit 1
fi
# explain FILE: on the inputs of the run.
explain() {
    "$WEIR" explain --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" --work "$here" \
        --alerts "$1" "$data/data" >"$here/said" 2>"$here/err"
}

# same_again FILE: all alerts of a file of the run; all of them agree.
same_again() {
    explain "$here/out/$1" || fail "$(cat "$here/err" "$here/said")"
    alerts=$(grep -c . "$here/out/$1")
    grep -q "^$alerts alerts* explained, $alerts as written, 0 not" "$here/said" || fail "$(tail -n 3 "$here/said")"
    echo "$rules, $1: $alerts alerts explained as they were written"
}

for rules in rules tests/law/rules; do
    "$WEIR" screen --quiet --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" \
        --out "$here/out" "$data/data" >"$here/log" 2>&1
    [ -s "$here/out/alerts.jsonl" ] || fail "the sample alerts about nobody"
    same_again alerts.jsonl
    same_again shadow.jsonl
done
sed -n 's/^rule: //p' "$rules"/*.yaml >"$here/names"
while read -r rule; do
    cat "$here/out/alerts.jsonl" "$here/out/shadow.jsonl" | grep -q "\"rule\":\"$rule\"" ||
        fail "$rule alerts about nobody, so that its operator was not looked at"
done <"$here/names"

# One that is not as it was written is found out.
sed -i '1s/"hits":[0-9]*/"hits":999999/' "$here/out/alerts.jsonl"
explain "$here/out/alerts.jsonl"
if [ $? -ne 12 ] || ! grep -q "DIFFERS FROM WHAT WAS WRITTEN in hits" "$here/said"; then
    fail "a changed alert passed for whole"
fi
