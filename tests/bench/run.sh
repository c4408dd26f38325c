#!/bin/sh
# run.sh - speed and memory of three and of five rules, against what a user knows: run.sh BUILD [ROWS]
#
# Makes its own input once, then runs yardsticks and program in turn, RUNS times, and keeps the best wall time of
# each: figures of one machine move from minute to minute, ratios within one run hold. ROWS and RUNS may
# be set; TEXTS narratives are for the patterns alone, SAME questions for asking them one by one; MORE=1 also checks that memory does not grow with four times the rows at the same rate.
# DuckDB does the same work where it is installed, or after: npm install --prefix build/bench @duckdb/node-api
set -eu
build=$1
rows=${2:-${ROWS:-10000000}}
runs=${RUNS:-3}
weir=$PWD/$build/weir
dir=build/bench
mkdir -p "$dir"

make_input() { # FOLDER ROWS DAYS
    [ -f "$1/whole" ] && return
    rm -rf "$1"
    echo "making $2 rows in $1 ..." >&2
    "$weir" sample --out "$1" --rows "$2" --days "$3" --seed 7 --banks 1 --whole \
        --accounts "${ACCOUNTS:-$((rows / 10))}" >&2
    touch "$1/whole"
}
now() { date +%s%N; }

# best NAME COMMAND...: wall milliseconds of one run, kept if it is the least so far
best() {
    key=$1
    shift
    t0=$(now)
    "$@" >"$dir/$key.out" 2>"$dir/$key.err" || [ $? -eq 3 ] || { cat "$dir/$key.err" >&2; exit 1; }
    t1=$(now)
    ms=$(((t1 - t0) / 1000000))
    old=$(cat "$dir/$key.ms" 2>/dev/null || echo 999999999)
    [ "$ms" -lt "$old" ] && echo "$ms" >"$dir/$key.ms"
    return 0
}
zcat_wc() { zcat "$1" | wc -l; }
igzip_wc() { igzip -dc "$1" | wc -l; }
duck_there=1
if command -v duckdb >/dev/null; then
    duck() { duckdb -noheader -list; }
elif command -v node >/dev/null && [ -d "$dir/node_modules/@duckdb" ]; then
    duck() { node tests/bench/duckdb.mjs "$dir"; }
else
    duck_there=0
fi
duckdb_sql() { # FILE
    sed "s|@FILE@|$PWD/$1|; s|@WORDS@|$PWD/tests/bench/rules/data/words.txt|; s|@OUT@|$PWD/$dir/duckdb.csv|" \
        tests/bench/duckdb.sql | duck
}
screen() { # RULES THREADS INFLATE FILE OUT MAPPINGS
    "$weir" screen --quiet --rules "$1" --mapping "$6" --threads "$2" --inflate "$3" --memory 8G --out "$5" "$4"
}
# The three windows alone: what design and issue state their targets for.
rm -rf "$dir/rules-three"
mkdir -p "$dir/rules-three"
cp tests/bench/rules/three_windows.yaml "$dir/rules-three"
peak() { sed -n 's/.*"peak_memory_bytes":\([0-9]*\).*/\1/p' "$1/summary.json"; }
hits() { # a line for each rule and how often it hit
    tr '{' '\n' <"$1/summary.json" | awk 'match($0, /"rule":"[^"]*"/) { rule = substr($0, RSTART + 8, RLENGTH - 9) }
        match($0, /"hits":[0-9]*/) { print rule, substr($0, RSTART + 7, RLENGTH - 7) }' | sort
}
rate() { sed -n 's/.*"rows_per_second":\([0-9]*\).*/\1/p' "$1/summary.json"; }

input=$dir/in-$rows
make_input "$input" "$rows" 60
file=$(ls "$input"/data/vrelo/*.gz)
rm -f "$dir"/*.ms
i=0
while [ "$i" -lt "$runs" ]; do
    best zcat zcat_wc "$file"
    command -v igzip >/dev/null && best igzip igzip_wc "$file"
    [ "$duck_there" -eq 1 ] && best duckdb duckdb_sql "$file"
    for t in 1 2; do
        for inflate in isal zlib; do
            best "three-$t-$inflate" screen "$dir/rules-three" "$t" "$inflate" "$file" \
                "$dir/out-three-$t-$inflate" "$input/mappings"
            best "weir-$t-$inflate" screen tests/bench/rules "$t" "$inflate" "$file" \
                "$dir/out-$t-$inflate" "$input/mappings"
        done
    done
    i=$((i + 1))
done

printf '\n%s, %s cores, %s rows, %s MB gzip, best of %s\n\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$rows" \
    "$(($(stat -c %s "$file") / 1000000))" "$runs"
printf '%-28s %9s %10s %9s %9s %9s %12s\n' what seconds 'of zcat' 'of igzip' 'of DuckDB' 'peak MB' \
    'rows a second'
zcat_ms=$(cat "$dir/zcat.ms")
igzip_ms=$(cat "$dir/igzip.ms" 2>/dev/null || echo 0)
duck_ms=$(cat "$dir/duckdb.ms" 2>/dev/null || echo 0)
share() { # MS OF
    if [ "$2" -gt 0 ]; then awk "BEGIN { printf \"%.2f\", $1 / $2 }"; else printf -- -; fi
}
line() { # NAME KEY OUT
    ms=$(cat "$dir/$2.ms")
    memory=- speed=-
    if [ -n "$3" ]; then
        memory=$(($(peak "$3") / 1000000))
        speed=$(rate "$3")
    fi
    printf '%-28s %9s %10s %9s %9s %9s %12s\n' "$1" "$(share "$ms" 1000)" "$(share "$ms" "$zcat_ms")" \
        "$(share "$ms" "$igzip_ms")" "$(share "$ms" "$duck_ms")" "$memory" "$speed"
}
line 'zcat FILE | wc -l' zcat ''
[ "$igzip_ms" -gt 0 ] && line 'igzip -dc FILE | wc -l' igzip ''
[ "$duck_ms" -gt 0 ] && line 'DuckDB, 2 threads' duckdb ''
for t in 1 2; do
    for inflate in isal zlib; do
        line "3 windows, $t thread(s), $inflate" "three-$t-$inflate" "$dir/out-three-$t-$inflate"
    done
done
for t in 1 2; do
    for inflate in isal zlib; do
        line "5 rules, $t thread(s), $inflate" "weir-$t-$inflate" "$dir/out-$t-$inflate"
    done
done

hits "$dir/out-2-isal" >"$dir/weir.hits"
if [ "$duck_ms" -eq 0 ]; then
    echo 'DuckDB is not installed: skipped'
elif sort "$dir/duckdb.out" | diff - "$dir/weir.hits" >/dev/null; then
    echo 'DuckDB and weir hit as often, rule by rule'
else
    echo 'DuckDB (<) and weir (>) do not hit as often:'
    sort "$dir/duckdb.out" | diff - "$dir/weir.hits"
fi

# The same run with so many patterns on the watchlist instead of 200.
words() { # PATTERNS
    rm -rf "$dir/rules-$1"
    cp -r tests/bench/rules "$dir/rules-$1"
    "$build/bench-match" list "$1" >"$dir/rules-$1/data/words.txt"
}
screen_words() { # PATTERNS
    "$weir" screen --quiet --rules "$dir/rules-$1" --mapping "$input/mappings" --threads 2 \
        --memory 8G --out "$dir/out-words-$1" "$file"
}
i=0
while [ "$i" -lt "$runs" ]; do
    for n in 200 1000 5000 20000; do
        [ "$i" -gt 0 ] || words "$n"
        best "words-$n" screen_words "$n"
    done
    i=$((i + 1))
done
printf '\nA watchlist asked about every narrative of the same file, 2 threads\n'
for n in 200 1000 5000 20000; do
    awk "BEGIN { printf \"%8d patterns %8.2f s  %.2f of 200 patterns  %d MB\\n\", $n, \
        $(cat "$dir/words-$n.ms") / 1000, $(cat "$dir/words-$n.ms") / $(cat "$dir/words-200.ms"), \
        $(peak "$dir/out-words-$n") / 1000000 }"
done
printf '\nPatterns on invented narratives, one thread\n'
"$build/bench-match" "${TEXTS:-1000000}"
for n in 200 1000 5000 20000; do
    "$build/bench-match" same "$n" $((${SAME:-200000000} / n))
done

if [ "${MORE:-0}" = 1 ]; then
    make_input "$dir/in-more" $((rows * 4)) 240
    screen "$dir/rules-three" 2 isal "$(ls "$dir"/in-more/data/vrelo/*.gz)" "$dir/out-more" \
        "$dir/in-more/mappings" || [ $? -eq 3 ]
    printf '\npeak memory: %s MB for %s rows, %s MB for %s rows (same rate, same accounts)\n' \
        "$(($(peak "$dir/out-three-2-isal") / 1000000))" "$rows" "$(($(peak "$dir/out-more") / 1000000))" $((rows * 4))
fi
