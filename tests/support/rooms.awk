# Each room may include only what engine/ROOMS grants it, and itself.
FILENAME ~ /ROOMS$/ {
    if (/^#/ || NF == 0) next
    room = $1; sub(/:.*/, "", room)
    may[room, room] = 1
    known[room] = 1
    for (i = 2; i <= NF; i++) may[room, $i] = 1
    next
}
FNR == 1 {
    split(FILENAME, path, "/"); from = path[2]
    if (!(from in known)) {
        printf "%s: room '%s' is not in engine/ROOMS\n", FILENAME, from
        bad = 1
    }
}
/^# *include "/ {
    want = $0; sub(/^# *include "/, "", want); sub(/".*/, "", want)
    if (want !~ /\//) {
        printf "%s:%d: include by room: \"%s/%s\"\n", FILENAME, FNR, from, want
        bad = 1
        next
    }
    sub(/\/.*/, "", want)
    if (want != "weir" && !((from, want) in may)) {
        printf "%s:%d: room '%s' may not include '%s'\n", FILENAME, FNR, from, want
        bad = 1
    }
}
# Each foreign header has its one file (two for zlib).
/^# *include <(yaml|pcre2|iconv|unicode\/|expat|openssl\/|isa-l|igzip_lib|zlib)/ {
    header = $2; gsub(/[<>]/, "", header); sub(/\/.*/, "", header)
    if (FILENAME ~ /\.h$/) {
        printf "%s:%d: foreign header '%s' in a header\n", FILENAME, FNR, header
        bad = 1
    }
    if (!((header, FILENAME) in seen)) {
        seen[header, FILENAME] = 1
        homes[header]++
        where[header] = where[header] " " FILENAME
    }
}
END {
    for (h in homes)
        if (homes[h] > (h == "unicode" ? 3 : h == "zlib.h" ? 2 : 1)) {
            printf "foreign header '%s' in too many files:%s\n", h, where[h]
            bad = 1
        }
    exit bad
}
