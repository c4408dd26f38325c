#!/bin/sh
# Accounts renamed one to one, in the same order: the same alerts, renamed, under other numbers.
. "$(dirname "$0")/lib.sh"

# Numbers and chained hashes are made of account names, so they change; everything else must not.
plain() {
    alerts "$1" | sed -E 's/"id":"[0-9a-f]{32}","rule"/"rule"/; s/"hash":"[0-9a-f]{64}","whole"/"whole"/g'
}
screen before "$sample/data/vrelo"
mkdir "$here/in"
for f in "$sample"/data/vrelo/*; do
    sed -E 's/,([A-Z]{2}[0-9]{17,26}),/,N\1,/g; s/,([A-Z]{2}[0-9]{17,26}),/,N\1,/g' "$f" \
        >"$here/in/$(basename "$f")"
done
screen after "$here/in"
plain before >"$here/before.alerts"
plain after | sed -E 's/N([A-Z]{2}[0-9]{17,26})/\1/g' >"$here/after.alerts"
cmp "$here/before.alerts" "$here/after.alerts" || fail "renamed accounts changed the alerts"
