#!/bin/sh
# run.sh - does the program say this for that?   run.sh BUILD [--accept] [CASE]
#
# A case is a folder: `cmd`, a shell line run in a scratch copy of the folder with $WEIR the
# program and $ROOT the top of the tree; `out`, its standard output; where wanted `err` (default
# empty), `exit` (default 0) and `files/`, what it must have written, by relative path.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
build=$1
shift
accept=
[ "${1:-}" = --accept ] && accept=1 && shift
only=${1:-}

# Run the case in a copy; leaves real_out, real_err and real_exit there.
execute() {
    rm -rf "$scratch"
    mkdir -p "$scratch"
    cp -R "$1"/. "$scratch"
    rm -rf "$scratch/files" "$scratch/out" "$scratch/err" "$scratch/exit"
    (
        cd "$scratch" || exit 1
        env -i PATH="$PATH" WEIR="$root/$build/weir" ROOT="$root" LC_ALL=C \
            ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
            ${TSAN_OPTIONS:+TSAN_OPTIONS="$TSAN_OPTIONS"} \
            ${UBSAN_OPTIONS:+UBSAN_OPTIONS="$UBSAN_OPTIONS"} \
            timeout 120 sh ./cmd >real_out 2>real_err
        echo $? >real_exit
    )
}

# same EXPECTED REAL WHAT: EXPECTED may be absent and then means empty.
same() {
    expected=$1
    [ -f "$expected" ] || expected=/dev/null
    diff -u "$expected" "$2" >"$scratch/real_diff" && return 0
    echo "$name: $3 differs:"
    head -n 40 "$scratch/real_diff"
    return 1
}

judge() {
    good=0
    wanted_exit=0
    [ -f "$1/exit" ] && wanted_exit=$(cat "$1/exit")
    if [ "$wanted_exit" != "$(cat "$scratch/real_exit")" ]; then
        echo "$name: exit $(cat "$scratch/real_exit") instead of $wanted_exit"
        head -n 10 "$scratch/real_err"
        good=1
    fi
    same "$1/out" "$scratch/real_out" "standard output" || good=1
    same "$1/err" "$scratch/real_err" "standard error" || good=1
    if [ -d "$1/files" ]; then
        (cd "$1/files" && find . -type f | sort) >"$scratch/real_files"
        while read -r file; do
            if [ ! -f "$scratch/$file" ]; then
                echo "$name: $file was not written"
                good=1
            else
                same "$1/files/$file" "$scratch/$file" "$file" || good=1
            fi
        done <"$scratch/real_files"
    fi
    return $good
}

rewrite() {
    cp "$scratch/real_out" "$1/out"
    rm -f "$1/err" "$1/exit"
    [ -s "$scratch/real_err" ] && cp "$scratch/real_err" "$1/err"
    [ "$(cat "$scratch/real_exit")" = 0 ] || cp "$scratch/real_exit" "$1/exit"
    [ -d "$1/files" ] || return 0
    (cd "$1/files" && find . -type f | sort) | while read -r file; do
        cp "$scratch/$file" "$1/files/$file"
    done
}

passed=0
failed=0
for folder in tests/golden/*/; do
    folder=${folder%/}
    [ -f "$folder/cmd" ] || continue
    name=${folder##*/}
    [ -z "$only" ] || [ "$name" = "$only" ] || continue
    scratch=$root/$build/golden/$name
    execute "$folder"
    [ -n "$accept" ] && rewrite "$folder"
    if judge "$folder"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
if [ -n "$only" ] && [ $((passed + failed)) -eq 0 ]; then
    echo "no golden case named $only"
    failed=1
fi
echo "golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
