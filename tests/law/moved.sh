#!/bin/sh
# All times moved by 28 days: the same alerts, moved. (UTC rows with ids; no change of clocks between.)
. "$(dirname "$0")/lib.sh"

screen here "$sample/data/vrelo"
i=0
while [ "$i" -lt 80 ]; do
    echo "$(date -u -d "2026-01-01 + $i days" +%F) $(date -u -d "2026-01-01 + $((i - 28)) days" +%F)"
    i=$((i + 1))
done >"$here/days"
mkdir "$here/in"
for f in "$sample"/data/vrelo/*; do
    awk -F, -v OFS=, 'FNR == NR { split($0, d, " "); to[d[1]] = d[2]; next }
        FNR > 1 { $2 = to[substr($2, 1, 10)] substr($2, 11) } { print }' "$here/days" "$f" \
        >"$here/in/$(basename "$f")"
done
screen moved "$here/in"
alerts here >"$here/here.alerts"
# Move the alerts back: every day in them becomes the one 28 days later.
alerts moved | awk 'FNR == NR { split($0, d, " "); to[d[2]] = d[1]; next }
    { out = ""
      while (match($0, /20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]/)) {
          day = substr($0, RSTART, 10)
          out = out substr($0, 1, RSTART - 1) (day in to ? to[day] : day)
          $0 = substr($0, RSTART + 10)
      }
      print out $0 }' "$here/days" - >"$here/moved.alerts"
cmp "$here/here.alerts" "$here/moved.alerts" || fail "moved by 28 days the alerts differ"
