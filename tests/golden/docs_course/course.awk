# A document as a shell script: ```yaml FILE writes the file, ```console runs its first line and
# compares with the rest.
/^```yaml [a-z]/ { print "mkdir -p \"$(dirname " $2 ")\"; cat >" $2 " <<'END_OF_FILE'"; kind = "END_OF_FILE"; next }
/^```console/ { kind = "console"; next }
/^```/ {
    if (kind == "END_OF_FILE")
        print kind
    else if (kind == "told")
        print "END_OF_TOLD\ndiff told said && echo \"as told: " shown "\""
    kind = ""
    next
}
kind == "console" {
    shown = substr($0, 3)
    print shown " >said 2>&1; cat >told <<'END_OF_TOLD'"
    kind = "told"
    next
}
kind != "" { print }
