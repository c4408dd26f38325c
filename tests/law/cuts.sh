#!/bin/sh
# One file cut into ten, named so that they come in another order; the same file given twice: the same alerts.
. "$(dirname "$0")/lib.sh"

screen whole "$sample/data/vrelo"
cat "$sample"/data/vrelo/*-01.csv >"$here/all.csv"
for f in "$sample"/data/vrelo/*-02.csv "$sample"/data/vrelo/*-03.csv; do
    [ -f "$f" ] && tail -n +2 "$f" >>"$here/all.csv"
done
mkdir "$here/cut" "$here/twice"
head -n 1 "$here/all.csv" >"$here/head"
tail -n +2 "$here/all.csv" | split -n r/10 -d - "$here/part."
i=9
for part in "$here"/part.*; do
    cat "$here/head" "$part" >"$here/cut/vrelo-$i.csv"
    i=$((i - 1))
done
screen cut-round-robin "$here/cut"
same whole cut-round-robin

rm "$here"/part.* "$here"/cut/*
tail -n +2 "$here/all.csv" >"$here/rows"
split -n l/10 -d "$here/rows" "$here/part."
i=9
for part in "$here"/part.*; do
    cat "$here/head" "$part" >"$here/cut/vrelo-$i.csv"
    i=$((i - 1))
done
screen cut-in-runs "$here/cut"
same whole cut-in-runs

cp "$here/all.csv" "$here/twice/vrelo-a.csv"
cp "$here/all.csv" "$here/twice/vrelo-b.csv"
screen twice "$here/twice"
same whole twice
grep -q '"duplicate":[1-9]' "$here/twice/summary.json" || fail "no duplicate was counted"
