#!/bin/sh
# Bytes come in blocks of 1, 31, 64 KiB or 1 MiB, plain or unpacked: the same alerts.
. "$(dirname "$0")/lib.sh"

mkdir -p "$here/in"
cp "$sample"/data/*/*-2026-01.* "$here/in"
screen whole "$here/in"
gzip -k -1 "$here"/in/*.csv
mkdir "$here/packed"
mv "$here"/in/*.gz "$here/packed"
for size in 1 31 65536 1048576; do
    screen "plain$size" --block-size "$size" "$here/in"
    same whole "plain$size"
    screen "gzip$size" --block-size "$size" "$here/packed" "$here"/in/*.jsonl
    same whole "gzip$size"
done
