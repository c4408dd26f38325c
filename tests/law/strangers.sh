#!/bin/sh
# Payments among strangers are added: nothing changes about the others.
. "$(dirname "$0")/lib.sh"

screen alone "$sample/data/vrelo"
# Another world whose accounts and ids share nothing with the first.
"$WEIR" sample --out "$here/other" --rows 20000 --seed 99 --days 45 --level 0 --banks 1 >/dev/null
mkdir "$here/in"
cp "$sample"/data/vrelo/* "$here/in"
for f in "$here"/other/data/vrelo/*; do
    sed -E 's/^VR/XX/; s/,([A-Z]{2}[0-9]{17,26}),/,Z\1,/g; s/,([A-Z]{2}[0-9]{17,26}),/,Z\1,/g' "$f" \
        >"$here/in/vrelo-x-$(basename "$f")"
done
screen among "$here/in"
alerts alone >"$here/alone.alerts"
alerts among | grep -v '"about":{"kind":"[a-z]*","value":"Z' >"$here/among.alerts"
[ "$(alerts among | wc -l)" -gt "$(wc -l <"$here/among.alerts")" ] || fail "the strangers raised nothing"
cmp "$here/alone.alerts" "$here/among.alerts" || fail "strangers changed the alerts of others"
