# The examples of a document that are whole rules, as files.
/^```yaml$/ { inside = 1; first = 1; next }
/^```/ { inside = 0; file = ""; next }
inside && first { first = 0; file = /^rule: / ? "rules/" $2 ".yaml" : "" }
inside && file != "" { print >file }
