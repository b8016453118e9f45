# Runs a check and says what it saw.

checks_done=0
checks_failed=0

# check FUNCTION: the function's exit status is the verdict, what it prints (one short line) is what was seen.
# It runs in a subshell: what a later check needs goes into a file in /run/seen.
mkdir -p /run/seen
check() {
    local seen verdict=ok started=$(uptime_seconds)
    seen=$("$1" 2>&1) || verdict=FAILED
    local took=$(echo "$(uptime_seconds) $started" | awk '{ printf "%.1f", $1 - $2 }')
    checks_done=$((checks_done + 1))
    [ $verdict = ok ] || checks_failed=$((checks_failed + 1))
    # One printable line without the separator, however odd the output of a program was.
    seen=$(printf '%s' "$seen" | tr '\n|' ' /' | tr -cd '\040-\176' | cut -c1-300)
    echo "CHECK|$verdict|$1|$took|$seen"
}

uptime_seconds() { cut -d' ' -f1 /proc/uptime; }

# wait_for SECONDS COMMAND…: tries the command until it succeeds or the time is over.
wait_for() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

# A program that hangs must cost one check, not the whole run. The exit status is the program's own.
limited() { timeout 30 "$@"; }
