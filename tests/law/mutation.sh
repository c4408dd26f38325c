#!/bin/sh
# mutation - a shipped rule whose comparison or literal is moved by one step fails a test of its own, or
# the boundary check lists a parameter that no test notices any more.
set -u
name=$(basename "$0" .sh)
here=$BUILD/law/$name
rm -rf "$here"
mkdir -p "$here"
cp -R rules "$here/rules"

missed=0
all=0
for file in rules/*/*.yaml; do
    rule=$(sed -n 's/^rule: //p' "$file")
    ways=$(awk -v n=0 -f tests/support/mutate.awk "$file")
    n=1
    while [ "$n" -le "$ways" ]; do
        awk -v n="$n" -f tests/support/mutate.awk "$file" >"$here/$file"
        "$WEIR" test --rule "$rule" "$here/rules" >"$here/log" 2>&1
        st=$?
        all=$((all + 1))
        if [ "$st" -eq 0 ] && ! grep -q '^    loose ' "$here/log"; then
            missed=$((missed + 1))
            echo "no test of $rule notices:"
            diff "$file" "$here/$file" | sed -n 's/^[<>]/  &/p'
        fi
        n=$((n + 1))
    done
    cp "$file" "$here/$file"
done
echo "$all ways to move the shipped rules, $missed that no test notices"
[ "$missed" -eq 0 ]
