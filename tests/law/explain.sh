#!/bin/sh
# explain - every alert of a sampled export comes again as it was written, with clauses that are true of
# its figures. EXPLAIN_ROWS=1000000 asks for a larger one.
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
"$WEIR" explain --rules "$rules" --mapping "$data/mappings" --rates "$data/rates.csv" --work "$here" \
    --alerts "$here/out/alerts.jsonl" "$data/data" >"$here/said" 2>&1 || fail "$(cat "$here/said")"
alerts=$(grep -c . "$here/out/alerts.jsonl")
grep -q "^$alerts alerts explained, $alerts as written, 0 not" "$here/said" || fail "$(tail -n 3 "$here/said")"
