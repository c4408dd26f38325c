#!/bin/sh
# Plain, gzip, gzip of many members, unpacked by zlib or ISA-L: the same alerts.
. "$(dirname "$0")/lib.sh"

screen plain "$sample/data"
mkdir "$here/one" "$here/many"
for f in "$sample"/data/*/*; do
    base=$(basename "$f")
    gzip -n -c "$f" >"$here/one/$base.gz"
    split -n 7 "$f" "$here/part."
    for part in "$here"/part.*; do gzip -n -c "$part"; done >"$here/many/$base.gz"
    rm "$here"/part.*
done
for inflate in zlib isal; do
    screen "one-$inflate" --inflate "$inflate" "$here/one"
    same plain "one-$inflate"
    screen "many-$inflate" --inflate "$inflate" "$here/many"
    same plain "many-$inflate"
done
