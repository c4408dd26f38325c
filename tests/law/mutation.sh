#!/bin/sh
# mutation - a shipped rule whose comparison or literal is moved by one step fails a test of its own, or
# the boundary check lists a parameter that no test notices any more. MUTATE_EVERY=5 tries every fifth way.
# Gaps that are known stand in mutation.gaps, and are to become fewer.
set -u
name=$(basename "$0" .sh)
here=$BUILD/law/$name
rm -rf "$here"
mkdir -p "$here"
mkdir "$here/planted"
cp -R rules "$here/rules"
every=${MUTATE_EVERY:-1}

# miss FILE MOVED: no test noticed the move; a known gap is counted by itself.
miss() {
    if grep -qxF "$rule: $(diff "$1" "$2" | sed -n 's/^> *//p')" tests/law/mutation.gaps; then
        known=$((known + 1))
        return
    fi
    missed=$((missed + 1))
    echo "no test of $rule notices:"
    diff "$1" "$2" | sed -n 's/^[<>]/  &/p'
}

# try FILE FOLDER COPY: every way to move it, one after the other, in its copy below $here/FOLDER; adds to
# all, unmade and missed.
try() {
    rule=$(sed -n 's/^rule: //p' "$1")
    cp "$1" "$here/$2/$3"
    "$WEIR" test --rule "$rule" "$here/$2" >"$here/log" 2>&1 || {
        cat "$here/log"
        exit 1
    }
    ways=$(awk -v n=0 -f tests/support/mutate.awk "$1")
    n=1
    while [ "$n" -le "$ways" ]; do
        awk -v n="$n" -f tests/support/mutate.awk "$1" >"$here/$2/$3"
        "$WEIR" test --rule "$rule" "$here/$2" >"$here/log" 2>&1
        st=$?
        all=$((all + 1))
        case $st in
        0) if ! grep -q '^    loose ' "$here/log"; then
            miss "$1" "$here/$2/$3"
        fi ;;
        4) unmade=$((unmade + 1)) ;; # no rule any more: nothing to notice
        13) ;;
        *)
            cat "$here/log"
            exit 1
            ;;
        esac
        n=$((n + every))
    done
    cp "$1" "$here/$2/$3"
}

# A planted gap is found: a rule whose tests say nothing of its lines.
all=0 unmade=0 missed=0 known=0
cat >"$here/gaps.yaml" <<'END'
pack: planted
language: 1
timezone: UTC
---
rule: planted
title: A rule whose tests look away
version: 1
status: draft
when: channel = cash and amount_eur >= 100 EUR
window:
  per: beneficiary.account
  over: 48h
  measure: {payers: distinct(originator.account)}
alert_if: payers >= 3
alert: {severity: low, say: "{payers} paid {about}"}
tests:
  - name: five payers
    defaults: {to: B, channel: cash, amount: 500 EUR}
    given: |
      from | alert
      A    |
      C    |
      D    | B
END
try "$here/gaps.yaml" planted gaps.yaml >"$here/found"
for gap in 'amount_eur > 100 EUR' 'amount_eur >= 101 EUR' 'amount_eur >= 99 EUR' 'over: 49h' 'over: 47h'; do
    [ "$every" -gt 1 ] || grep -q "> .*$gap" "$here/found" || {
        echo "a planted gap was not found: $gap"
        exit 1
    }
done
if grep -q -e 'payers >= [24]' -e 'channel != cash' "$here/found"; then
    echo "what a test does notice was called a gap"
    exit 1
fi

all=0 unmade=0 missed=0 known=0
for file in rules/*/*.yaml; do
    try "$file" rules "${file#rules/}"
done
echo "$all ways to move the shipped rules; $unmade of them no rules, $known known gaps, $missed that no test notices"
[ "$missed" -eq 0 ]
