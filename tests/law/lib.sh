# lib - what the laws share: one sample, screened this way and that, and the comparison.
# A law is a script: it makes inputs in $here, screens them twice and says whether the alerts are the same
# bytes. Sourced, not run; needs $WEIR and $BUILD (tests/support/run sets both).
set -u
# shellcheck disable=SC2034
name=$(basename "$0" .sh)
sample=$BUILD/law/sample
here=$BUILD/law/$name
rm -rf "$here"
mkdir -p "$here"

fail() {
    echo "$*" >&2
    exit 1
}

# The sample all laws start from; made once a build. Plain files, so that shell tools can change them.
if [ ! -f "$sample/whole" ]; then
    rm -rf "$sample"
    "$WEIR" sample --out "$sample" --rows 60000 --seed 11 --days 45 --level 0 >/dev/null || exit 1
    touch "$sample/whole"
fi
rules=${RULES:-rules}

# screen OUT [OPTIONS] INPUT...: with the sample's mappings; OUT is a folder below $here.
screen() {
    into=$here/$1
    shift
    "$WEIR" screen --quiet --rules "$rules" --mapping "${MAPPINGS:-$sample/mappings}" \
        --rates "$sample/rates.csv" --out "$into" "$@" >"$into.log" 2>&1
    st=$?
    [ "$st" -eq 0 ] || [ "$st" -eq 3 ] || {
        cat "$into.log" >&2
        fail "screen ended with $st"
    }
    grep -q '"alerts":[1-9]' "$into/summary.json" || fail "no alert at all: nothing was compared"
}

# The standing alerts of OUT without file and row.
alerts() {
    cat "$here/$1/alerts.jsonl" "$here/$1/shadow.jsonl" |
        sed 's/"file":"[^"]*","row":[0-9]*/"file":"","row":0/g'
}

# same A B: identical alerts, or fail showing where.
same() {
    alerts "$1" >"$here/$1.alerts"
    alerts "$2" >"$here/$2.alerts"
    cmp "$here/$1.alerts" "$here/$2.alerts" || fail "the alerts of $1 and $2 differ"
}
