#!/bin/sh
# recall.sh - what the rules find of what `weir sample` planted.   recall.sh PROGRAM [ROWS] [SHAPES] [SEED]
#
# A scheme counts as found where alerts of its rule quote at least half of its payments. Every alert is put
# down to what it quotes: a scheme of its own rule, else a look-alike, else a scheme of another rule, else
# everyday life.
set -eu
weir=$1
rows=${2:-1000000}
shapes=${3:-50}
seed=${4:-2}
here=${TMPDIR:-/tmp}/weir-recall-$$
trap 'rm -rf "$here"' EXIT INT TERM

"$weir" sample --out "$here" --rows "$rows" --shapes "$shapes" --seed "$seed"
code=0
"$weir" screen --rules rules --mapping "$here/mappings" --rates "$here/rates.csv" --out "$here/out" \
    "$here/data" >"$here/said" || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 3 ] || { cat "$here/said"; exit 1; }
sed -n 1p "$here/said"

awk -F, -v rows="$rows" '
    FNR == 1 { file++ }
    file == 1 && FNR > 1 {
        scheme_of[$6] = $1
        size[$1]++
        typology[$1] = $2
        honest[$1] = $3 == "look-alike"
    }
    file > 1 {
        count = split($0, part, /"id":"/)
        rule = substr($0, index($0, "\"rule\":\"") + 8)
        rule = substr(rule, 1, index(rule, "\"") - 1)
        kind = "everyday"
        for (i = 3; i <= count; i++) { # 2 is the number of the alert itself
            id = part[i]
            sub(/".*/, "", id)
            if (!(id in scheme_of))
                continue
            s = scheme_of[id]
            if (typology[s] == rule && !honest[s])
                kind = "own"
            else if (kind != "own" && honest[s])
                kind = "alike"
            else if (kind == "everyday")
                kind = "other"
            if (typology[s] == rule && !((s, id) in quoted)) {
                quoted[s, id] = 1
                seen[s]++
            }
        }
        alerts[rule, kind]++
        total[rule]++
    }
    END {
        for (s in size) {
            planted[typology[s], honest[s]]++
            name[typology[s]] = 1
            if (2 * seen[s] >= size[s])
                found[typology[s], honest[s]]++
        }
        for (r in total)
            name[r] = 1
        print "| rule | planted | found | look-alikes | alerted | alerts | own schemes | other schemes | look-alikes | everyday | everyday a million rows |"
        print "|---|---|---|---|---|---|---|---|---|---|---|"
        for (r in name)
            printf "| `%s` | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.1f |\n", r, planted[r, 0], found[r, 0],
                planted[r, 1], found[r, 1], total[r], alerts[r, "own"], alerts[r, "other"],
                alerts[r, "alike"], alerts[r, "everyday"], alerts[r, "everyday"] * 1000000 / rows | "sort"
    }
' "$here/truth.csv" "$here/out/alerts.jsonl" "$here/out/shadow.jsonl"
