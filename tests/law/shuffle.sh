#!/bin/sh
# Rows in any order, and newest first: the same alerts.
. "$(dirname "$0")/lib.sh"

screen ordered "$sample/data"
for way in "shuf --random-source=$0.seed" tac; do
    case $way in shuf*) yes 20260101 | head -c 8000000 >"$here/seed"; way="shuf --random-source=$here/seed" ;; esac
    rm -rf "$here/in"
    mkdir "$here/in"
    for bank in vrelo most; do
        for f in "$sample/data/$bank"/*; do
            { head -n 1 "$f"; tail -n +2 "$f" | $way; } >"$here/in/$(basename "$f")"
        done
    done
    for f in "$sample"/data/kyma/*; do
        { head -n 4 "$f"; tail -n +5 "$f" | $way; } >"$here/in/$(basename "$f")"
    done
    for f in "$sample"/data/liqeni/*; do
        $way "$f" >"$here/in/$(basename "$f")"
    done
    screen "${way%% *}" "$here/in"
    same ordered "${way%% *}"
done
