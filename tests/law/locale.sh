#!/bin/sh
# Locales C, sr_RS.UTF-8 and tr_TR.UTF-8, made under the build folder: the same alerts.
. "$(dirname "$0")/lib.sh"

command -v localedef >/dev/null || { echo "localedef is not installed"; exit 77; }
[ -f /usr/share/i18n/locales/tr_TR ] || { echo "the locale sources (package locales) are not installed"; exit 77; }
locales=$PWD/$BUILD/law/locales
mkdir -p "$locales"
for l in sr_RS tr_TR; do
    [ -d "$locales/$l.UTF-8" ] || localedef -i "$l" -f UTF-8 "$locales/$l.UTF-8" 2>/dev/null ||
        [ -d "$locales/$l.UTF-8" ] || fail "localedef could not make $l"
done
LOCPATH=$locales
export LOCPATH LC_ALL
LC_ALL=C
screen c "$sample/data"
for l in sr_RS tr_TR; do
    LC_ALL=$l.UTF-8
    [ "$(locale -k decimal_point 2>/dev/null | tail -n 1)" = 'decimal_point=","' ] ||
        fail "the locale $l is not in force: nothing would be shown"
    screen "$l" "$sample/data"
    LC_ALL=C
    same c "$l"
    LC_ALL=$l.UTF-8
done
