#!/bin/sh
# nearness - the closest moment that `weir explain` tells of somebody is the closest there is: with the line
# put at what was measured then a run alerts about him, a step above it does not. For every operator.
# shellcheck source=tests/law/lib.sh
. tests/law/lib.sh

data=$here/data
"$WEIR" sample --out "$data" --rows "${NEARNESS_ROWS:-4000}" --seed 7 --days 30 --accounts 400 --level 0 >/dev/null || exit 1

# NAME STEP OPERATOR MEASURE: the rules, each with one clause whose line is to be found.
rules_of() {
    cat <<'END'
paid-in|0.01| EUR|window: {per: beneficiary.account, over: 3d, measure: {m: sum(amount_eur)}}|m
payers|1||window: {per: beneficiary.account, over: 7d, measure: {m: distinct(originator.account)}}|m
month|1||window: {per: own.account, over: month, measure: {m: count()}}|m
through|0.01| EUR|pass_through: {per: own.account, within: 72h}|passed
names|1||shared: {attribute: originator.name, across: beneficiary.account, within: 20d}|members
steps|0.01| EUR|sequence: {per: own.account, within: 9d, steps: [{step: a, when: direction = incoming}, {step: b, when: direction = outgoing}]}|b.total
fan|1||flow: {shape: fan_in, within: 5d}|sources
chain|1||flow: {shape: chain, within: 4d, preserve: [20%, 300%]}|hops
round|1||flow: {shape: cycle, within: 20d, preserve: [20%, 500%]}|hops
points|1||score: {per: account, over: 9d, add: [{rule: busy, points: 7}, {rule: cash, points: 5, each: true}]}|score
END
}

# write FOLDER LINES: the rules with the lines of a file "NAME LINE"; those that feed the score stand still.
write() {
    mkdir -p "$here/$1"
    {
        printf 'pack: nearness\nlanguage: 1\ntimezone: UTC\n'
        for fed in 'busy|window: {per: own.account, over: 2d, measure: {n: count()}}|n >= 4' \
            'cash|window: {per: own.account, over: 1d, measure: {n: sum(amount_eur)}}|n >= 900 EUR'; do
            printf -- '---\nrule: %s\ntitle: Feeds\nversion: 1\nstatus: live\nmode: signal\n%s\nalert_if: %s\n' \
                "${fed%%|*}" "$(echo "$fed" | cut -d'|' -f2)" "${fed##*|}"
            printf 'alert: {severity: low, evidence: {limit: 1}, say: "{about}"}\n'
        done
        rules_of | while IFS='|' read -r rule _ unit op measure; do
            line=$(sed -n "s/^$rule //p" "$2")
            printf -- '---\nrule: %s\ntitle: Near\nversion: 1\nstatus: live\n%s\nalert_if: %s >= %s%s\n' \
                "$rule" "$op" "$measure" "$line" "$unit"
            printf 'alert: {severity: low, evidence: {limit: 1}, say: "{about}"}\n'
        done
    } >"$here/$1/all.yaml"
}

# run FOLDER: "RULE ABOUT" of all alerts into FOLDER.alerts.
run() {
    "$WEIR" screen --quiet --rules "$here/$1" --mapping "$data/mappings" --rates "$data/rates.csv" \
        --out "$here/$1.out" "$data/data" >"$here/log" 2>&1
    [ -f "$here/$1.out/alerts.jsonl" ] || fail "$(cat "$here/log")"
    sed 's/^{"id":"[^"]*","rule":"\([^"]*\)".*"about":{"kind":"[^"]*","value":"\([^"]*\)"}.*/\1 \2/' \
        "$here/$1.out/alerts.jsonl" | sort -u >"$here/$1.alerts"
}

rules_of | while IFS='|' read -r rule _; do echo "$rule 1"; done >"$here/low.lines"
rules_of | while IFS='|' read -r rule _; do echo "$rule 100000000"; done >"$here/high.lines"
write low "$here/low.lines"
run low
write high "$here/high.lines"

round=1
while [ "$round" -le "${NEARNESS_ROUNDS:-2}" ]; do
    : >"$here/at.lines"
    : >"$here/above.lines"
    : >"$here/asked"
    rules_of >"$here/rules.list"
    while IFS='|' read -r rule step _ _ measure; do
        count=$(grep -c "^$rule " "$here/low.alerts")
        [ "$count" -gt 0 ] || fail "$rule alerts about nobody, so that nothing can be near"
        about=$(sed -n "s/^$rule //p" "$here/low.alerts" | sed -n "$((round * count / 4 + 1))p")
        "$WEIR" explain --format json --rules "$here/high" --mapping "$data/mappings" --rates "$data/rates.csv" \
            --rule "$rule" --about "$about" "$data/data" >"$here/said" 2>"$here/err" || fail "$(cat "$here/err")"
        value=$(sed -n "s/.*\"closest\":{.*\"measures\":{[^}]*\"$measure\":\"\([0-9.]*\)\".*/\1/p" "$here/said")
        [ -n "$value" ] || fail "explain says nothing of $measure of $rule: $(cat "$here/said")"
        echo "$rule $value" >>"$here/at.lines"
        echo "$rule $value $step" | awk '{ printf "%s %.*f\n", $1, $3 < 1 ? 2 : 0, $2 + $3 }' >>"$here/above.lines"
        echo "$rule $about" >>"$here/asked"
    done <"$here/rules.list"
    for where in at above; do
        write $where "$here/$where.lines"
        run $where
    done
    while read -r line; do
        grep -qxF "$line" "$here/at.alerts" || fail "no alert with the line where the closest moment was: $line"
        grep -qxF "$line" "$here/above.alerts" && fail "something was closer than the closest moment: $line"
    done <"$here/asked"
    round=$((round + 1))
done
exit 0
