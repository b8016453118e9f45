# Under lockdown: integrity refuses every write to config space, ours too, and the witness sees who tries; confidentiality
# refuses kernel probes, and the witness must say that it is blind.

run_lockdown_checks() {
    check kernel_is_locked_down
    check witness_runs_under_lockdown
    check status_says_what_lockdown_does
    check doctor_says_what_lockdown_does
    check write_is_refused_by_the_kernel
    check witness_ends_on_sigterm
}

lockdown() { sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/security/lockdown; }

kernel_is_locked_down() {
    cat /sys/kernel/security/lockdown
    [ "$(lockdown)" != none ]
}

witness_runs_under_lockdown() { start_witness --no-proxy; }

status_says_what_lockdown_does() {
    ask status status
    cat /run/seen/status
    ask status status --json || { answer status; return 1; }
    if [ "$(lockdown)" = confidentiality ]; then
        jq -r '.sight.blind' </run/seen/status | grep -q confidentiality
    else
        [ "$(jq -r '.sight.blind // empty' </run/seen/status)" = '' ]
    fi
}

doctor_says_what_lockdown_does() {
    ask doctor doctor
    cat /run/seen/doctor
    if [ "$(lockdown)" = confidentiality ]; then
        [ "$(cat /run/seen/doctor.exit)" = 1 ] && grep -qi blind /run/seen/doctor
    else
        only_the_journal_is_wrong && grep -q closed /run/seen/doctor
    fi
}

# setpci ends with 0 all the same.
write_is_refused_by_the_kernel() {
    setpci -s $address 1a0.L=1 2>&1
    echo "setpci's exit $?"
}
