# Under lockdown: integrity refuses every write to config space, ours too, and the witness sees who tries; confidentiality
# refuses kernel probes, and the witness must say that it is blind.

run_lockdown_checks() {
    check kernel_is_locked_down
    check witness_runs_under_lockdown
    check status_says_what_lockdown_does
    check doctor_says_what_lockdown_does
    check doors_are_closed_by_lockdown
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
        ask doctor doctor --json
        only_the_journal_is_wrong && has_object doctor 'sysfs config' closed
    fi
}

# What lockdown closes, of the doors beside the mailbox, and what it leaves open.
doors_are_closed_by_lockdown() {
    local status=0
    mount -t debugfs debugfs /sys/kernel/debug || return 1
    ask doors doctor --json
    # The kernel's own word for it.
    for file in /sys/kernel/debug/cxl/*/inject_poison; do
        [ ! -e "$file" ] || ! echo 0 2>/dev/null >"$file" || status=1
    done
    umount /sys/kernel/debug
    jq -r '.doors[] | "\(.way): \(.state) \(.closedBy // "")"' </run/seen/doors | tr '\n' ';'
    [ "$(door doors 'a CXL device')" = 'closed lockdown' ] || status=1
    case $(uname -r) in
        6.[0-3].*) [ "$(door doors 'debugfs cxl')" = 'closed absence' ] || status=1 ;;
        *) [ "$(door doors 'debugfs cxl')" = 'closed lockdown' ] || status=1 ;;
    esac
    return $status
}

# setpci ends with 0 all the same.
write_is_refused_by_the_kernel() {
    setpci -s $address 1a0.L=1 2>&1
    echo "setpci's exit $?"
}
