#!/bin/sh
# One, two or eight feeds, one to eight threads, little memory: the same alerts.
. "$(dirname "$0")/lib.sh"

screen one --threads 1 "$sample/data/vrelo"
{ head -n 1 "$sample"/data/vrelo/vrelo-2026-01.csv; tail -q -n +2 "$sample"/data/vrelo/*.csv; } >"$here/all.csv"
head -n 1 "$here/all.csv" >"$here/head"
for feeds in 1 2 8; do
    mkdir "$here/in$feeds"
    tail -n +2 "$here/all.csv" | split -n "r/$feeds" -d - "$here/part."
    for part in "$here"/part.*; do
        cat "$here/head" "$part" >"$here/in$feeds/vrelo-${part##*.}.csv"
    done
    rm "$here"/part.*
    for threads in 1 2 8; do
        screen "f$feeds-t$threads" --threads "$threads" "$here/in$feeds"
        same one "f$feeds-t$threads"
    done
done
