# The broker as a service, as its unit starts it, and daemons of the user doe-auditd, one after the other. What the first one
# had armed the next one reads on: nothing that was written in between is missed, and it raises no N.

broker_socket=/run/broker.sock
daemons_user=998
# Its own, doe-audit and systemd-journal.
daemons_groups=998,997,996

run_service_checks() {
    check broker_serves_a_daemon_of_its_user
    check next_daemon_sees_what_was_written_in_between
    check orderly_restart_raises_no_n
    check daemon_that_was_killed_raises_n
    check broker_that_ends_takes_all_along
    check orderly_restart_of_the_broker_raises_no_n
    check broker_that_was_killed_raises_n
}

start_broker_service() {
    rm -f /run/broker.exit
    (
        as-service listen $broker_socket $daemons_user doe-audit-broker --user doe-auditd &
        echo $! >/run/broker.pid
        wait $!
        echo $? >/run/broker.exit
    ) >>/run/doe-auditd.log 2>&1 &
    wait_for 10 test -S $broker_socket
}

# The daemon as its unit starts it, and waits until its witness looks.
start_daemon_service() {
    rm -f /run/doe-auditd.exit
    (
        as-service user $daemons_user,$daemons_groups doe-auditd --broker-socket $broker_socket --no-proxy --rules $rules \
            --runtime-directory $runtime --state-directory $state &
        echo $! >/run/doe-auditd.pid
        wait $!
        echo $? >/run/doe-auditd.exit
    ) >>/run/doe-auditd.log 2>&1 &
    wait_for 30 witness_has_begun
    [ ! -s /run/doe-auditd.exit ] || { echo "it ended with exit $(cat /run/doe-auditd.exit): $(tail -1 /run/doe-auditd.log)"; return 1; }
}

bypass_is_recorded() { # NAME FIRST-NUMBER
    has_record 20 "$1" "$(since "$2") and .DOE_EVENT == \"exchange-observed\" and .DOE_MAILBOX == \"$first@190\"
        and .DOE_OBJECT == \"0001:00\" and .DOE_ROAD == \"bypass\" and $by_setpci"
}

broker_serves_a_daemon_of_its_user() {
    [ ! -e /sys/bus/pci/devices/$first/driver ] || unbind $first
    start_broker_service && start_daemon_service || return 1
    local before=$(last_number)
    grep '^Uid' "/proc/$(cat /run/doe-auditd.pid)/status" | tr '\t' ' '
    by_setpci $first 00000001 00000003 00000000 && bypass_is_recorded service-first "$before"
}

next_daemon_sees_what_was_written_in_between() {
    local probes=$(our_probes) broker=$(cat /run/broker.pid)
    stop_witness || { echo "still running"; return 1; }
    echo "exit $(cat /run/doe-auditd.exit), probes $probes, then $(our_probes);"
    [ "$(our_probes)" = "$probes" ] && [ "$probes" -gt 0 ] && [ -d "/proc/$broker" ] || return 1
    last_number >/run/seen/service-before
    # Nobody reads now.
    by_setpci $first 00000001 00000003 00000000 || return 1
    start_daemon_service && bypass_is_recorded service-next "$(cat /run/seen/service-before)"
}

orderly_restart_raises_no_n() {
    local before=$(cat /run/seen/service-before)
    trail "$(since "$before")" | jq -r '"\(.DOE_EVENT) \(.DOE_STATUS // "") \(.DOE_TAINT // "")"' | tr '\n' ';'
    has_record 5 service-handover "$(since "$before") and .DOE_EVENT == \"witness-started\" and .DOE_STATUS == \"handover\"" &&
        [ -z "$(trail "$(since "$before") and ((.DOE_TAINT // \"\") | contains(\"N\"))")" ]
}

daemon_that_was_killed_raises_n() {
    local probes=$(our_probes) before=$(last_number)
    kill -9 "$(cat /run/doe-auditd.pid)" && wait_for 10 test -s /run/doe-auditd.exit || return 1
    start_daemon_service || return 1
    echo "probes $probes, then $(our_probes);"
    has_record 15 service-killed "$(since "$before") and .DOE_EVENT == \"witness-started\" and .DOE_STATUS == \"gap\"
        and ((.DOE_TAINT // \"\") | contains(\"N\"))" || return 1
    before=$(last_number)
    by_setpci $first 00000001 00000003 00000000 && bypass_is_recorded service-killed-next "$before" && [ "$(our_probes)" = "$probes" ]
}

broker_that_ends_takes_all_along() {
    last_number >/run/seen/service-before
    kill -TERM "$(cat /run/broker.pid)" && wait_for 15 test -s /run/broker.exit && wait_for 15 test -s /run/doe-auditd.exit
    echo "broker: exit $(cat /run/broker.exit), daemon: exit $(cat /run/doe-auditd.exit), $(our_probes) probes"
    [ "$(cat /run/broker.exit)" = 0 ] && [ "$(cat /run/doe-auditd.exit)" = 3 ] && [ "$(our_probes)" = 0 ] &&
        [ ! -d $tracing/instances/doe-audit ]
}

# An upgrade: a gap whose length is told.
orderly_restart_of_the_broker_raises_no_n() {
    local before=$(cat /run/seen/service-before)
    start_broker_service && start_daemon_service || return 1
    has_record 5 service-broker-restart "$(since "$before") and .DOE_EVENT == \"witness-started\" and .DOE_STATUS == \"restart\"" || return 1
    trail "$(since "$before")" | jq -r '"\(.DOE_EVENT) \(.DOE_STATUS // "") \(.DOE_TAINT // "")"' | tr '\n' ';'
    [ -z "$(trail "$(since "$before") and ((.DOE_TAINT // \"\") | contains(\"N\"))")" ]
}

broker_that_was_killed_raises_n() {
    local before=$(last_number)
    kill -9 "$(cat /run/broker.pid)" && wait_for 15 test -s /run/doe-auditd.exit || return 1
    echo "daemon: exit $(cat /run/doe-auditd.exit);"
    start_broker_service && start_daemon_service || return 1
    has_record 15 service-broker-killed "$(since "$before") and ((.DOE_TAINT // \"\") | contains(\"N\"))" || return 1
    stop_witness && kill -TERM "$(cat /run/broker.pid)" && wait_for 15 test -s /run/broker.exit
    echo "$(our_probes) probes"
    [ "$(our_probes)" = 0 ]
}
