# Reads the event stream of Swift Testing (one JSON object a line), prints the reasons of skips, the failures and the
# plain line "N passed, N failed, N skipped", and exits 1 unless tests ran and all of them are well.
#
# A test that cancelled itself (`try Test.cancel("reason")`), or one of its arguments, counts as skipped.

# The string that follows "key": in text, unescaped.
function field(text, key,   at, out, c) {
    at = index(text, "\"" key "\":\"")
    if (!at) return ""
    out = ""
    for (at += length(key) + 4; (c = substr(text, at, 1)) != "\""; at++) {
        if (c == "") break
        if (c == "\\") { c = substr(text, ++at, 1); if (c == "n") c = " " }
        out = out c
    }
    return out
}

# What stands between the last pair of quotes that follows "skipped: " or "seconds: ".
function reason(text) {
    if (!sub(/^.*(skipped|cancelled after [0-9.]+ seconds): "/, "", text)) return "no reason given"
    sub(/"$/, "", text)
    return text
}

function skip(id, why) {
    if (id in skipped) return
    skipped[id] = 1
    reasons[why]++
}

/"kind":"test"/ && !/"kind":"event"/ {
    if ($0 ~ /"kind":"suite"/) next
    id = field($0, "id"); file = field($0, "fileID"); name = field($0, "displayName")
    names[id] = (name == "" ? field($0, "name") : name) " (" file ")"
    next
}

# `parts` runs write into one stream, 1 when nobody says otherwise.
BEGIN { if (!parts) parts = 1 }
{
    payload = $0
    sub(/^.*"payload":/, "", payload)
    kind = field(payload, "kind"); id = field(payload, "testID"); symbol = field(payload, "symbol")
}
kind == "runEnded" { ended++ }
kind == "testStarted" && (id in names) { running[id] = 1 }
kind == "testSkipped" && (id in names) { skip(id, reason(field(payload, "text"))) }
kind == "testCaseCancelled" { cancelled[id] = 1 }
kind == "testEnded" && (id in names) {
    delete running[id]
    if (symbol == "fail") failures[id] = 1
    else if (symbol == "skip") skip(id, reason(field(payload, "text")))
    else if (id in cancelled) skip(id, "cancelled for some of its arguments")
    else passed++
}

END {
    finished = ended >= parts
    print ""
    sort = "sort"
    for (id in failures) { print "failed: " names[id] | sort; failed++ }
    if (!finished) for (id in running) { print "failed: the test process ended during " names[id] | sort; failed++ }
    for (why in reasons) { print "skipped " reasons[why] ": " why | sort; skips += reasons[why] }
    close(sort)
    if (!finished) print "The test process did not end by itself: see " output "."
    else if (passed + failed == 0) print "No test ran."
    else if (status != 0 && failed == 0) print "No test failed, but `swift test` ended with status " status "."
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skips
    exit !(status == 0 && finished && failed == 0 && passed > 0 && !(strict == "1" && skips > 0))
}
