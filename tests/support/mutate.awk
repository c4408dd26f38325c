# The n-th way to move a comparison or a literal of a rule by one step: awk -v n=N -f mutate.awk RULE.
# Only lines of `when`, measures and `alert_if` are touched, never parameters or tests. Prints the rule;
# exits with 1 where there are fewer ways. With n=0 the number of ways is printed instead. `>= 1` is not
# lowered: what is counted at all is at least 1, so that nothing could notice.
function moved(text, out, token, before) {
    out = before = ""
    while (match(text, />=|<=|!=|[<>]| = |[$a-z_.]*[0-9][0-9_.]*%?|"[^"]*"/)) {
        token = substr(text, RSTART, RLENGTH)
        out = out substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        if (token ~ /^[$a-z_."]/) { out = out token; continue }
        if (token ~ /^[0-9]/) {
            if (++ways == n) token = up(token, 1)
            else if (!(before == ">=" && token == "1") && ++ways == n) token = up(token, -1)
        } else if (++ways == n) token = turned(token)
        out = out token
        before = token
    }
    return out text
}
function turned(t) {
    if (t == ">=") return ">"
    if (t == "<=") return "<"
    if (t == ">") return ">="
    if (t == "<") return "<="
    if (t == " = ") return " != "
    return "="
}
function up(t, by, percent) {
    percent = sub(/%$/, "", t)
    gsub(/_/, "", t)
    return percent ? (t + 5 * by) "%" : t + by
}
/^[a-z_]+:/ { here = $0 ~ /^(when|alert_if|window|pass_through|sequence|flow|baseline|shared|score):/ }
{
    if (here && $0 !~ /^ *#/ && $0 !~ /: >$/) print_line = moved($0); else print_line = $0
    line[NR] = print_line
}
END {
    if (n == 0) { print ways; exit 0 }
    if (ways < n) exit 1
    for (i = 1; i <= NR; i++) print line[i]
}
