# doe-auditd under doe_audit.enforce=off on the kernel's command line: it runs, and nothing passes.

run_shut_checks() {
    check shut_daemon_runs_and_its_start_is_on_record
    check shut_daemon_opens_no_socket
    check shut_daemon_keeps_no_mailbox_open
    check what_is_not_understood_is_told
    check config_show_names_the_kernel_command_line
    check a_client_is_told_why
    check daemon_ends_on_sigterm
}

kernel_has_the_parameters() {
    cat /proc/cmdline
    grep -qF 'doe-audit.enforce="off"' /proc/cmdline
}

shut_daemon_runs_and_its_start_is_on_record() {
    mkdir -p -m 700 $state
    (
        doe-auditd --rules $rules --runtime-directory $runtime --state-directory $state &
        echo $! >/run/doe-auditd.pid
        wait $!
        echo $? >/run/doe-auditd.exit
    ) >/run/doe-auditd.log 2>&1 &
    wait_for 30 start_is_on_record || { echo "not on record: $(tail -1 /run/doe-auditd.log)"; return 1; }
    [ ! -s /run/doe-auditd.exit ] || { echo "it ended with exit $(cat /run/doe-auditd.exit)"; return 1; }
    start_is_on_record
}
start_is_on_record() {
    journalctl --quiet --no-pager -o cat DOE_EVENT=daemon-started |
        grep 'is shut, doe_audit.enforce=off .*nothing passes'
}

shut_daemon_opens_no_socket() {
    local files descriptors
    files=$(find $runtime -type s)
    # It has sockets to journald and the like, but none that listens: state 01 and the flag __SO_ACCEPTCON.
    descriptors=$(awk -v folder=$runtime '$4 == "00010000" && index($8, folder) == 1' /proc/net/unix)
    echo "sockets: ${files:-none}, listening: ${descriptors:-none}"
    [ -z "$files$descriptors" ] && [ -d $runtime/mailbox ]
}

shut_daemon_keeps_no_mailbox_open() {
    local open
    open=$(ls -l /proc/"$(cat /run/doe-auditd.pid)"/fd | grep -o '/[^ ]*/config$')
    echo "config spaces it holds: ${open:-none}"
    [ -z "$open" ]
}

what_is_not_understood_is_told() {
    grep 'doe_audit.mode=bring_up takes production or bring-up' /run/doe-auditd.log
}

config_show_names_the_kernel_command_line() {
    ask config config show
    grep '^doe_audit.enforce  *"off"  *the kernel command line' /run/seen/config || { answer config; return 1; }
}

a_client_is_told_why() {
    ask discover discover $mailbox --from device && return 1
    answer discover
    ask status status && return 1
    grep -q 'doe_audit.enforce=off' /run/seen/status.error || { answer status; return 1; }
}
