# A boot of its own, beside the others: what root can do to dim the witness without stopping it, on the machine of the
# fourth. Each must be told by its name, and put right where that can be.

own_instance=$tracing/instances/doe-audit
own_events=$own_instance/events/doe_audit

run_dimming_checks() {
    check witness_to_be_dimmed_sees
    check narrowed_instance_is_put_back
    check changed_probes_are_put_back
    check triggers_of_foreign_events_go
    check every_switch_is_put_back
    check writes_that_the_trace_hides_are_counted
    check changed_tables_are_put_back
    check crowd_does_not_hide_its_writer
    check bpf_calls_do_not_hide_their_writer
    check canary_goes_round
    check canary_sees_what_no_switch_tells
    check dimmed_witness_ends_on_sigterm
}

witness_to_be_dimmed_sees() {
    start_witness --no-proxy || return 1
    wait_for 10 sees_again || { jq -c '.sight' </run/seen/status; return 1; }
    jq -c '.sight | {since, missed}' </run/seen/status
    # In a shell of its own: a function keeps what this check prints to open.
    (follow_the_canary) >/dev/null 2>&1 &
}

# Notes on which processors the thread that reads is seen, until the daemon ends.
follow_the_canary() {
    local thread
    thread=$(grep -l '^doe-canary$' /proc/"$(cat /run/doe-auditd.pid)"/task/*/comm) || return
    while sleep 2; do
        awk '/^Cpus_allowed_list/ && $2 ~ /^[0-9]+$/ { print $2 }' "${thread%comm}status" >>/run/seen/processors || return
    done
}

put_switch() { echo "$2" >"$own_instance/$1" || echo "not set: $1"; }

# is_dimmed COMMAND WORDS…: runs the command, waits for a record of blindness that has all these words, and for sight.
is_dimmed() {
    local command=$1 before=$(last_number) words
    shift
    $command || { echo "it could not be done: $command"; return 1; }
    has_record 45 dimmed "$(since "$before") and .DOE_EVENT == \"witness-blind\" and .DOE_TAINT == \"N\"" || return 1
    for words in "$@"; do
        grep -qF "$words" /run/seen/dimmed || { echo "it does not say: $words"; return 1; }
    done
    has_record 15 seeing "$(since "$before") and .DOE_EVENT == \"witness-started\"" >/dev/null && wait_for 10 sees_again
}

narrowed_instance_is_put_back() {
    is_dimmed narrow_instance "tracing_cpumask from '3' to '1'" "trace_clock from 'mono' to 'x86-tsc'" \
        "set_event_pid from '' to '1'" "set_event_notrace_pid from '' to '1'" || return 1
    [ "$(cat $own_instance/tracing_cpumask)" = 3 ] && grep -q '\[mono\]' $own_instance/trace_clock &&
        [ -z "$(cat $own_instance/set_event_pid $own_instance/set_event_notrace_pid)" ]
}
narrow_instance() {
    put_switch tracing_cpumask 1
    put_switch trace_clock x86-tsc
    put_switch set_event_pid 1
    put_switch set_event_notrace_pid 1
}

# The last one has the same name, on another function.
changed_probes_are_put_back() {
    local filter=$(cat $own_events/file_write/filter)
    is_dimmed change_probes "write32 a trigger: disable_event:doe_audit:write16" "file_write another filter: off > 4000" \
        "another probe in the place of the witness' write8" || return 1
    [ "$(grep -vc '^#' $own_events/write32/trigger)" = 0 ] && [ "$(cat $own_events/file_write/filter)" = "$filter" ] &&
        [ "$(cat $own_events/write8/enable)/$(cat $own_events/write16/enable)" = 1/1 ] &&
        grep -q 'doe_audit/write8 pci_user_write_config_byte' $tracing/kprobe_events
}
change_probes() {
    put_switch events/doe_audit/write32/trigger 'disable_event:doe_audit:write16:3 if off > 3'
    put_switch events/doe_audit/file_write/filter 'off > 4000'
    put_switch events/doe_audit/write8/enable 0
    echo '-:doe_audit/write8' >>$tracing/kprobe_events && echo 'p:doe_audit/write8 vfs_fsync' >>$tracing/kprobe_events
}

# Events of the kernel's own, in our instance: one stops it whenever it comes, the other one of our probes.
triggers_of_foreign_events_go() {
    is_dimmed add_foreign_triggers "sched:sched_switch" "irq:softirq_entry" "tracing_on from '1' to '0'" || return 1
    sleep 1
    [ "$(cat $own_instance/tracing_on $own_events/write32/enable $own_instance/events/sched/sched_switch/enable | tr '\n' ' ')" = '1 1 0 ' ]
}
add_foreign_triggers() {
    put_switch events/irq/softirq_entry/trigger disable_event:doe_audit:write32
    put_switch events/sched/sched_switch/trigger traceoff
}

# Whatever there is to be set on this kernel is set to something else, all at once.
every_switch_is_put_back() {
    local before=$(last_number) changed=0 file value
    switch_values >/run/seen/switches-before
    for file in $(ls $own_instance/options); do
        value=$((1 - $(cat $own_instance/options/$file)))
        # Some the kernel refuses.
        if echo $value 2>/dev/null >$own_instance/options/$file; then changed=$((changed + 1)); fi
    done
    for file in buffer_size_kb buffer_percent; do put_switch $file 64 && changed=$((changed + 1)); done
    echo "$changed switches;"
    wait_for 45 switches_are_back || { diff /run/seen/switches-before /run/seen/switches-now | tr '\n' ' '; return 1; }
    has_record 10 every "$(since "$before") and .DOE_EVENT == \"witness-blind\" and (.MESSAGE | contains(\" more\"))" >/dev/null &&
        wait_for 10 sees_again
}
switch_values() {
    (cd $own_instance && grep -H . options/* tracing_on tracing_cpumask trace_clock buffer_size_kb buffer_percent current_tracer)
}
switches_are_back() { switch_values >/run/seen/switches-now && cmp -s /run/seen/switches-before /run/seen/switches-now; }

# Tracing is off only while somebody writes: between two looks no switch tells it.
writes_that_the_trace_hides_are_counted() {
    local before=$(last_number)
    wait_for 10 sees_again || return 1
    put_switch tracing_on 0
    for i in 1 2 3 4 5 6 7; do setpci -s $second 0c.B=0 || return 1; done
    put_switch tracing_on 1
    # Those of another processor may be told later.
    wait_until 110 seven_are_missed "$before" || { jq -r .MESSAGE </run/seen/missed; return 1; }
    jq -r .MESSAGE </run/seen/missed
    ! jq -r .MESSAGE </run/seen/missed | grep -qv 'in the trace of processor'
}
seven_are_missed() {
    trail "$(since "$1") and .DOE_EVENT == \"witness-missed\"" >/run/seen/missed
    [ "$(jq -s '[.[] | .DOE_COUNT // "1" | tonumber] | add' </run/seen/missed)" = 7 ]
}

# wait_until SECONDS COMMAND…: as wait_for, by the clock, for what takes its time.
wait_until() {
    local end=$(($(cut -d. -f1 /proc/uptime) + $1))
    shift
    until "$@"; do
        [ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || return 1
        sleep 1
    done
}

# Root finds the programs' tables by their numbers.
changed_tables_are_put_back() {
    local before=$(last_number)
    [ "$(table-change doe_functions)" -gt 0 ] || { echo "no such table"; return 1; }
    has_record 45 tables "$(since "$before") and .DOE_EVENT == \"witness-blind\" and (.MESSAGE | contains(\"changed the tables\"))" || return 1
    wait_for 10 sees_again && who_is_known 3
}

# who_is_known TIMES: setpci writes so many times, and each write is told as setpci's within 90 s, and none as another's. On
# a host that has no time for us the queue to the monitor may overflow. It says how much it has lost, and not whose; so
# where no more is missing than that, nothing can be said: exit status 2.
who_is_known() {
    local before=$(last_number) times=$1 i=0 known others lost
    while [ $i -lt $times ]; do
        setpci -s $second 0c.B=0 || return 1
        i=$((i + 1))
    done
    wait_until 90 are_known "$times" "$before"
    others=$(writes_of_second "$before" '!=')
    lost=$(trail "$(since "$before") and .DOE_EVENT == \"witness-missed\" and (.MESSAGE | contains(\"queue to the monitor\"))" |
        sum_of_counts)
    known=$(cat /run/seen/known)
    echo "of $times writes $known are setpci's, $others another's; lost in the queue: $lost"
    [ "$others" = 0 ] && [ "$known" -le "$times" ] || return 1
    [ "$known" != "$times" ] || return 0
    [ $((known + lost)) -lt "$times" ] || return 2
    return 1
}
are_known() {
    writes_of_second "$2" '==' >/run/seen/known
    [ "$(cat /run/seen/known)" = "$1" ]
}
# writes_of_second FIRST-NUMBER ==|!=: how many writes to the second function are told as setpci's, or as another's.
writes_of_second() {
    trail "$(since "$1") and .DOE_EVENT == \"config-written\" and .DOE_ADDRESS == \"$second\" and .DOE_CLIENT_EXE $2 \"/usr/bin/setpci\"" |
        sum_of_counts
}
sum_of_counts() { jq -s '[.[] | .DOE_COUNT // "1" | tonumber] | add // 0'; }

# A thread that is interrupted inside a tracing program makes the kernel skip it for all others on that processor.
crowd_does_not_hide_its_writer() {
    in_a_crowd 24 0 && [ "$skipped" != 0 ]
}

# A bpf(2) call that changes a map makes the kernel skip the programs at kprobes on that processor.
bpf_calls_do_not_hide_their_writer() {
    in_a_crowd 2 24
}

# in_a_crowd WRITERS HAMMERS: setpci writes among them, and every write counts: where the queue has lost some, all is done
# anew, three times at most.
in_a_crowd() {
    local status=2 round skipped_before=$(program-misses doe_writer)
    for round in 1 2 3; do
        crowd /sys/bus/pci/devices/$first/config 0x194 $1 $2 20 >/run/seen/crowd &
        sleep 3
        who_is_known 20
        status=$?
        wait
        [ $status = 2 ] || break
    done
    skipped=$(($(program-misses doe_writer) - skipped_before))
    echo "among $(cat /run/seen/crowd) writes; skipped: doe_writer $skipped, doe_writer_kp $(program-misses doe_writer_kp)"
    return $status
}

# The thread that reads is seen on one processor after the other, whatever else is done to the witness.
canary_goes_round() {
    local status=0
    wait_until 100 canary_was_everywhere || status=1
    echo "on $(sort -u /run/seen/processors | tr '\n' ' ')"
    return $status
}
canary_was_everywhere() { [ "$(sort -u /run/seen/processors | wc -l)" = 2 ]; }

# Switched off for the whole host: no switch of the instance tells it, and no probe fires.
canary_sees_what_no_switch_tells() {
    local before=$(last_number) status
    mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
    [ -e /sys/kernel/debug/kprobes/enabled ] || { echo "this kernel has no such switch"; return 0; }
    echo 0 >/sys/kernel/debug/kprobes/enabled
    has_record 70 canary "$(since "$before") and .DOE_EVENT == \"witness-blind\" and (.MESSAGE | contains(\"do not fire on processor\"))"
    status=$?
    # The next look finds nothing else, and must not say that it sees.
    [ $status != 0 ] || { sleep 33; ! sees_again || { echo "and says that it sees"; status=1; }; }
    echo 1 >/sys/kernel/debug/kprobes/enabled
    wait_for 45 sees_again || { echo "it does not see again"; return 1; }
    return $status
}

dimmed_witness_ends_on_sigterm() {
    stop_witness || { echo "still running"; return 1; }
    echo "exit $(cat /run/doe-auditd.exit), $(our_probes) probes"
    [ "$(cat /run/doe-auditd.exit)" = 0 ] && [ "$(our_probes)" = 0 ]
}
