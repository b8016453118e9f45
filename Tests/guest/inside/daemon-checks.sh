# doe-auditd and doe-audit on a real mailbox. The order matters: what is counted and recorded early is compared later.

rules=/usr/lib/doe-audit/rules.d
runtime=/run/doe-audit
state=/var/lib/doe-audit

run_daemon_checks() {
    check daemon_is_ready
    check mailboxes_lists_the_mailbox
    check the_kernels_own_use_is_told_by_its_symbols
    check each_door_beside_the_mailbox_is_looked_at
    check no_taint_of_compliance_at_first
    check discovery_asks_the_device
    check discovery_by_default_asks_who_knows
    check cdat_from_the_device_is_the_kernels
    check cdat_comes_from_the_kernel_by_default
    check compliance_is_refused_before_the_device
    check first_taint_taints_the_kernel
    check vendor_object_is_announced_in_the_kernel_log
    check every_first_line_is_in_the_kernel_log_in_a_burst
    check kernel_log_that_is_off_is_told
    check journald_restarts_in_the_middle
    check report_shows_the_exchanges
    check journal_holds_the_records
    check every_exchange_has_its_record
    check no_record_is_missing_in_the_sequence
    check taint_shows_the_attempt_at_compliance
    check kernel_reads_the_cdat_again
    check driver_binds_anew_and_reads_the_same_cdat
    check kernel_met_no_conflict
    check daemon_ends_on_sigterm
}

# ask NAME ARGUMENT…: runs doe-audit. Its answer goes to /run/seen/NAME, its complaints to /run/seen/NAME.error;
# the exit status is its own.
ask() {
    local name=$1 status
    shift
    limited doe-audit "$@" >"/run/seen/$name" 2>"/run/seen/$name.error"
    status=$?
    echo $status >"/run/seen/$name.exit"
    return $status
}

# The guest's journal lies in memory, which doctor names and exits with 1 for; it names nothing else.
only_the_journal_is_wrong() {
    ask attention doctor
    [ "$(cat /run/seen/attention.exit)" = 1 ] && [ "$(grep -c '^! ' /run/seen/attention)" = 1 ] &&
        grep -q '^! the journal lies in memory' /run/seen/attention && return 0
    cat /run/seen/attention
    return 1
}

# What a person wants to see of an answer that was not the expected one.
answer() {
    echo "exit $(cat "/run/seen/$1.exit"): $(head -c 150 "/run/seen/$1" | tr -d '\n') $(head -c 200 "/run/seen/$1.error")"
}

# has_string NAME STRING…: each of the strings is a value somewhere in the answer. The answer may be one JSON
# document or one a line.
has_string() {
    local name=$1
    shift
    jq -s -e '[.. | strings] as $all | all($ARGS.positional[]; . as $wanted | any($all[]; . == $wanted))' \
        --args "$@" <"/run/seen/$name" >/dev/null
}

# has_object NAME STRING…: one and the same JSON object, at any depth, has all of these as values.
has_object() {
    local name=$1
    shift
    jq -s -e '[.. | objects | [.[] | strings] as $values
               | select(all($ARGS.positional[]; . as $wanted | any($values[]; . == $wanted)))] | length > 0' \
        --args "$@" <"/run/seen/$name" >/dev/null
}

daemon_is_ready() {
    local socket=$runtime/mailbox/$mailbox.sock
    # As systemd's RuntimeDirectory= and StateDirectory= make them.
    mkdir -p -m 755 $runtime
    mkdir -p -m 700 $state
    # Its exit status is kept in a file, since this check runs in a subshell which is soon gone.
    kernel_taint >/run/seen/kernel-taint-at-first
    (
        doe-auditd --kernel-taint --rules $rules --runtime-directory $runtime --state-directory $state &
        echo $! >/run/doe-auditd.pid
        wait $!
        echo $? >/run/doe-auditd.exit
    ) >/run/doe-auditd.log 2>&1 &
    wait_for 30 sh -c "[ -S $socket ] || [ -s /run/doe-auditd.exit ]"
    [ ! -s /run/doe-auditd.exit ] || { echo "it ended with exit $(cat /run/doe-auditd.exit): $(tail -1 /run/doe-auditd.log)"; return 1; }
    [ -S $socket ] || { echo "no $socket after 30 s: $(tail -1 /run/doe-auditd.log)"; return 1; }
    echo "$socket"
}

mailboxes_lists_the_mailbox() {
    ask mailboxes mailboxes --json || { answer mailboxes; return 1; }
    jq -c '.mailboxes[] | {name, device, driver, serial}' </run/seen/mailboxes
    has_object mailboxes $mailbox 8086:0d93 cxl_pci $serial
}

# Taint letters stand together, as in "VC", and other strings hold more than letters.
taint_has_c() {
    ask taint taint --json && jq -s -e '[.. | strings | select(test("^[A-Z]*C[A-Z]*$"))] | length > 0' </run/seen/taint >/dev/null
}

no_taint_of_compliance_at_first() {
    ask taint taint --json || { answer taint; return 1; }
    answer taint
    ! taint_has_c
}

discovery_asks_the_device() {
    local before=$(probe_count)
    ask discover discover $mailbox --from device --json || { answer discover; return 1; }
    local writes=$(($(probe_count) - before))
    echo $writes >/run/seen/discovery-writes
    has_string discover 0001:00 1e98:02 || { answer discover; return 1; }
    echo "0001:00 and 1e98:02, the probe saw $writes writes"
    [ $writes -gt 0 ]
}

# From 6.15 on the kernel lists what it has discovered, and the device is left alone; before, only the device knows.
discovery_by_default_asks_who_knows() {
    local expected=device wanted source before writes
    wanted=$(cat /run/seen/discovery-writes)
    if kernel_is_at_least 6 15; then expected=kernel wanted=0; fi
    # On a busy machine the trace once showed 14 writes of 18: it is asked three times at most.
    for _ in 1 2 3; do
        before=$(probe_count)
        ask discover-default discover $mailbox --json || { answer discover-default; return 1; }
        writes=$(($(probe_count) - before))
        source=$(jq -r .source </run/seen/discover-default)
        echo "Linux $(uname -r), source $source, $writes writes to the mailbox of $wanted"
        has_string discover-default 0001:00 1e98:02 && [ "$source" = $expected ] ||
            { answer discover-default; return 1; }
        [ $writes != $wanted ] || return 0
    done
    return 1
}

cdat_from_the_device_is_the_kernels() {
    local before=$(probe_count)
    ask cdat-device cdat $mailbox --from device -o /run/seen/device-cdat || { answer cdat-device; return 1; }
    local writes=$(($(probe_count) - before))
    echo "$(wc -c </run/seen/device-cdat) bytes in $writes writes, the kernel has $(wc -c </run/seen/kernel-cdat)"
    [ $writes -gt 0 ] && cmp /run/seen/device-cdat /run/seen/kernel-cdat
}

cdat_comes_from_the_kernel_by_default() {
    local before=$(probe_count)
    ask cdat cdat $mailbox --json || { answer cdat; return 1; }
    local writes=$(($(probe_count) - before))
    local source=$(jq -r -s '[.. | objects | .source? // empty | strings] | first // "none"' </run/seen/cdat)
    echo "source $source, $writes writes to the mailbox"
    [ "$source" = kernel ] && [ $writes = 0 ]
}

# The heart of it: refused, and not one dword of it reached the mailbox. That the probe would have seen one is
# shown by the writes that it counted during the discovery.
compliance_is_refused_before_the_device() {
    local before=$(probe_count) status writes
    ask compliance exchange $mailbox 1e98:00 --data 00000000
    status=$(cat /run/seen/compliance.exit)
    sleep 0.5   # an object sent late, behind the answer, must be seen too
    writes=$(($(probe_count) - before))
    echo "exit $status, $writes writes to the mailbox: $(head -c 200 /run/seen/compliance.error)"
    [ $writes = 0 ] || echo "($(probe_last $writes))"
    [ "$status" = 1 ] && [ $writes = 0 ] && [ "$(cat /run/seen/discovery-writes)" -gt 0 ]
}

kernel_taint() { cat /proc/sys/kernel/tainted; }

# The attempt was the first letter of this boot, and the daemon was started with --kernel-taint: bit 6, U.
first_taint_taints_the_kernel() {
    local before=$(cat /run/seen/kernel-taint-at-first) now=$(kernel_taint)
    local line=$(dmesg | grep -F "doe-audit: $mailbox is tainted: C" | tail -1)
    echo "$before before, $now now: ${line:-nothing in the kernel log}"
    [ $((before & 64)) = 0 ] && [ $((now & 64)) = 64 ] && [ -n "$line" ] &&
        dmesg | grep -qF 'doe-audit: taints the kernel (U), since kernel-taint is set'
}

# The device drops what it does not know, in silence: a timeout and an abort, and the driver must not notice.
vendor_object_is_announced_in_the_kernel_log() {
    local announced
    ask vendor exchange $mailbox 8086:01 --data 00000000 --force
    announced=$(dmesg | grep -F "doe-audit: sending" | tail -1)
    echo "$(head -c 120 /run/seen/vendor.error | tr '\n' ' '): ${announced:-nothing in the kernel log}"
    [ "$(cat /run/seen/vendor.exit)" = 3 ] && grep -qF 'did not answer 8086:01 within 1 s' /run/seen/vendor.error &&
        printf %s "$announced" | grep -qF "8086:01) to $mailbox"
}

# Functions that are no more than a copy of this one's config space: none of them answers, so an exchange takes a second,
# and all together they are a burst. The kernel lets ten lines of one open file through in five seconds. Their records stay
# in the ring: the journal is for those of the other daemon.
burst=/run/burst
burst_run() { limited doe-audit "$@" --runtime-directory $burst/run; }

make_burst() {
    local number folder file
    for number in 1 2 3 4 5 6 7 8 9 a b c; do
        folder=$burst/sys/bus/pci/devices/0bad:0$number:00.0
        mkdir -p $folder
        for file in config vendor device class power_state; do cat /sys/bus/pci/devices/$address/$file >$folder/$file; done
    done
    doe-auditd --sysfs-root $burst/sys --witness off --rules $rules --runtime-directory $burst/run \
        --state-directory $burst/state --ring-slots 512 --journal-socket $burst/nobody >$burst/log 2>&1 &
    echo $! >$burst/pid
    wait_for 30 burst_run status
}

# burst_lines: what the kernel log says of them. told: how many exchanges these lines, on standard input, tell of.
burst_lines() { dmesg | grep -F 'doe-audit: sending' | grep -F ' to 0bad:'; }
told() {
    awk '{ sub(/.*doe-audit: sending /, ""); sum += $2 == "more" ? $1 : 1 } END { print sum + 0 }'
}

# 30 exchanges at one mailbox, and one at each of twelve for each of two objects, from one process.
every_first_line_is_in_the_kernel_log_in_a_burst() {
    local folder words= answers passed firsts sum status=0
    mkdir -p $burst
    make_burst || { echo "it did not start: $(tail -1 $burst/log)"; return 1; }
    for folder in $burst/sys/bus/pci/devices/*; do
        words="$words $burst/run/mailbox/${folder##*/}@190.sock 1:8086:01 1:8086:02"
    done
    answers=$(timeout 200 mailbox-burst $words 28:8086:01)
    burst_run status --json >$burst/status
    passed=$(jq '.exchanges - .refused' <$burst/status)
    firsts=$(burst_lines | grep -v ' more ' | wc -l)
    [ "$firsts" = 24 ] || status=1
    kill -TERM "$(cat $burst/pid)"
    wait_for 30 sh -c "! kill -0 $(cat $burst/pid)" || status=1
    sum=$(burst_lines | told)
    echo "printk_devkmsg=$(cat /proc/sys/kernel/printk_devkmsg): $firsts first lines of 24," \
        "$sum exchanges told of $passed that passed and $answers answers, some dropped: $(dmesg | grep -c suppressed)" \
        "$(tail -1 $burst/log)"
    [ $status = 0 ] && [ "$passed" = 52 ] && [ "$sum" = 52 ] &&
        [ "$(cat /proc/sys/kernel/printk_devkmsg)" = ratelimit ]
}

# The switch is turned while the daemon runs: seen when somebody asks, and at the next line, which is lost and counted.
kernel_log_that_is_off_is_told() {
    local switch=/proc/sys/kernel/printk_devkmsg lines status=0
    echo off >$switch || return 1
    ask off-status status --json
    jq -r .kernel_log </run/seen/off-status
    jq -r .kernel_log </run/seen/off-status | grep -qF 'kernel.printk_devkmsg is off; run: sysctl' || status=1
    ask off-doctor doctor
    grep -qF 'takes no line' /run/seen/off-doctor || status=1
    lines=$(dmesg | grep -cF "8086:01) to $mailbox")
    ask off-vendor exchange $mailbox 8086:01 --data 00000000 --force
    echo ratelimit >$switch
    ask on-status status --json
    jq -r .kernel_log </run/seen/on-status
    jq -r .kernel_log </run/seen/on-status | grep -qF 'since the start: 1, the last since' || status=1
    [ "$(dmesg | grep -cF "8086:01) to $mailbox")" = "$lines" ] || status=1
    return $status
}

# journald is killed while exchanges run, and comes back: what it had in its socket is lost to it, and must be sent
# again. That nothing is missing is for the checks on the journal below to say.
journald_restarts_in_the_middle() {
    local before=$(probe_count_go) pid=$(cat /run/journald.pid) status=0 loop
    (for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do limited doe-audit discover $mailbox --from device >/dev/null || exit 1; done) &
    loop=$!
    wait_for 10 sh -c "[ \$(grep -c ': write_' $instance/trace) -gt $(($(probe_count) + 20)) ]" || status=1
    kill -9 "$pid"
    sleep 0.5
    kill -0 $loop 2>/dev/null || { echo "the exchanges were over too early"; status=1; }
    start_journald
    wait $loop || { echo "an exchange failed"; status=1; }
    echo "killed with -9 in the middle of $(($(probe_count_go) - before)) exchanges, and started again"
    [ $status = 0 ] && [ $(($(probe_count_go) - before)) -ge 24 ]
}

report_shows_the_exchanges() {
    # Records reach the journal a moment after the answer.
    wait_for 10 report_has_all || { answer report; return 1; }
    echo "0001:00 and 1e98:02 allowed, 1e98:00 denied"
}
report_has_all() {
    ask report report --json &&
        has_object report 0001:00 allow && has_object report 1e98:02 allow && has_object report 1e98:00 deny
}

# records: what the journal holds about our mailbox, one JSON object a line, duplicates (which delivery at least once
# may leave) taken out.
records() {
    journalctl --quiet --no-pager -o json DOE_MAILBOX=$mailbox | jq -c -s 'unique_by([.DOE_INSTANCE, .DOE_SEQ])[]'
}

# records_of OBJECT VERDICT: how many complete records there are.
records_of() {
    records | jq -s --arg object "$1" --arg verdict "$2" '
        [.[] | select(.DOE_OBJECT == $object and .DOE_VERDICT == $verdict)
             | select([.DOE_EVENT, .DOE_RULE, .DOE_SEQ, .DOE_INSTANCE] | all(type == "string" and length > 0))] | length'
}

journal_holds_the_records() {
    local discovery=$(records_of 0001:00 allow) cdat=$(records_of 1e98:02 allow) compliance=$(records_of 1e98:00 deny)
    echo "allow 0001:00: $discovery, allow 1e98:02: $cdat, deny 1e98:00: $compliance;"
    records | jq -r -s '.[] | select(.DOE_VERDICT == "deny") | "\(.DOE_EVENT), by \(.DOE_RULE)"' | head -1
    [ "$discovery" -gt 0 ] && [ "$cdat" -gt 0 ] && [ "$compliance" -gt 0 ]
}

# What the device was made to do, counted by the kernel probe, against what the journal holds. A record that journald
# had in its socket when it was killed is looked for, and sent again after five seconds.
every_exchange_has_its_record() {
    local status=0
    wait_for 20 every_exchange_is_recorded || status=1
    cat /run/seen/recorded
    return $status
}
every_exchange_is_recorded() {
    local exchanges=$(probe_count_go) recorded
    recorded=$(($(records_of 0001:00 allow) + $(records_of 1e98:02 allow) + $(records_of 8086:01 warn)))
    echo "the probe saw GO $exchanges times, the journal holds $recorded exchanges that were passed" >/run/seen/recorded
    [ "$exchanges" -gt 0 ] && [ "$exchanges" = $recorded ]
}

no_record_is_missing_in_the_sequence() {
    local numbers
    numbers=$(journalctl --quiet --no-pager -o json --output-fields=DOE_SEQ,DOE_INSTANCE |
        jq -r -s '[.[] | select(.DOE_SEQ) | .DOE_SEQ | tonumber] | unique | "\(length) \(first) \(last)"')
    set -- $numbers
    echo "$1 records, numbers $2 to $3"
    [ "$1" -gt 0 ] && [ "$1" = $(($3 - $2 + 1)) ]
}

taint_shows_the_attempt_at_compliance() {
    local status=0
    wait_for 10 taint_has_c || status=1
    answer taint
    return $status
}

# binds_anew DRIVER DEVICE: the kernel must lose the table with the driver, and read the same one when it is back.
binds_anew() {
    local driver=/sys/bus/$1 device=$2
    echo "$device" >"$driver/unbind" || return 1
    wait_for 5 kernel_cdat_is_gone || { echo "$device is unbound, but the old table is still there"; return 1; }
    echo "$device" >"$driver/bind" || return 1
    wait_for 10 kernel_cdat_is_there || { echo "no table, or an empty one, after $device was bound anew"; return 1; }
    echo "$(kernel_cdat_file): $(wc -c </run/seen/kernel-cdat-now) bytes after $device was bound anew"
    cmp /run/seen/kernel-cdat-now /run/seen/kernel-cdat
}

# The kernel keeps its mailbox and sends its next request at once: an answer that we left unread would be taken for
# the answer to it, and an object that we left half written would be sent with it.
kernel_reads_the_cdat_again() { binds_anew cxl/drivers/cxl_mem mem0; }

# The kernel makes its mailbox anew, which aborts whatever is in flight, and reads the table.
driver_binds_anew_and_reads_the_same_cdat() { binds_anew pci/drivers/cxl_pci $address; }

# When all is well the kernel says nothing about its mailboxes. Seen when somebody disturbed one: "DOE: [190] expected
# [VID, Protocol] = [1e98, 02], got [0000, 00]", "another entity is sending conflicting requests", "Failed to read CDAT".
kernel_met_no_conflict() {
    local lines=$(dmesg | grep -E 'DOE: |DOE failed|CDAT' | grep -v 'doe-audit')
    echo "${lines:-no complaint in the kernel log}"
    [ -z "$lines" ]
}

daemon_ends_on_sigterm() {
    kill -TERM "$(cat /run/doe-auditd.pid)" || return 1
    wait_for 15 test -s /run/doe-auditd.exit || { echo "still running after 15 s"; return 1; }
    echo "exit $(cat /run/doe-auditd.exit)"
    [ "$(cat /run/doe-auditd.exit)" = 0 ]
}

# door NAME WAY: the state of the door whose name begins so, and by what it is closed, in the answer of that name.
door() {
    jq -r --arg way "$2" '.doors[] | select(.way | startswith($way)) | "\(.state) \(.closedBy // "")"' <"/run/seen/$1"
}

# Before 6.4 the driver of a CXL memory device passes Inject Poison on; since then there is a file in debugfs. Debian's
# kernels take no raw command. QEMU's device has no test registers, and its firmware no EINJ.
each_door_beside_the_mailbox_is_looked_at() {
    local old=no status=0 poison command
    ask unmounted doctor --json
    mount -t debugfs debugfs /sys/kernel/debug || return 1
    ask doors doctor --json
    ls /sys/kernel/debug/cxl/*/inject_poison >/run/seen/poison-files 2>/dev/null
    umount /sys/kernel/debug
    case $(uname -r) in 6.[0-3].*) old=yes ;; esac
    poison=$(door doors 'debugfs cxl') command=$(door doors 'Inject Poison')
    echo "unmounted '$(door unmounted 'debugfs cxl')', files '$poison', command '$command', raw '$(door doors any)'"
    [ "$(door unmounted 'debugfs cxl')" = 'unknown ' ] || status=1
    if [ $old = yes ]; then
        [ "$poison" = 'closed absence' ] || status=1
        case $command in 'open ' | 'closed absence') ;; *) status=1 ;; esac
    else
        [ "$poison" = 'open ' ] && [ -s /run/seen/poison-files ] || status=1
        [ "$command" = 'closed configuration' ] || status=1
    fi
    [ "$(door doors any)" = 'closed configuration' ] && [ "$(door doors 'CXL test')" = 'closed absence' ] &&
        [ "$(door doors 'a CXL device')" = 'open ' ] && [ "$(door doors EINJ)" = 'closed absence' ] || status=1
    [ $status = 0 ] || jq -c '.doors[]' </run/seen/doors
    return $status
}

# A line that names kernels to come stands for a feature brought into an older one: what this kernel can do already is its
# own use, and nothing else is. What it can do is asked of its symbols here too, in another way.
the_kernels_own_use_is_told_by_its_symbols() {
    local folder=/run/seen/rules object symbols expected found=0
    mkdir -p $folder
    printf 'object %s published "x" kernel 900.0..\n' 0001:00 0001:01 1e98:02 abcd:07 >$folder/50-later.rules
    echo allow >>$folder/50-later.rules
    awk '{ print $3 }' /proc/kallsyms >/run/seen/symbols
    while read -r object symbols; do
        expected=published
        grep -qxE "$symbols" /run/seen/symbols && expected=kernel-expected
        ask own-use policy explain $object --rules $folder --json || { answer own-use; return 1; }
        has_string own-use $expected || { echo "$object is not $expected"; answer own-use; return 1; }
        [ $expected = published ] || found=$((found + 1))
    done <<END
0001:00 pci_doe|pci_doe_submit_task
0001:01 pci_cma_init
1e98:02 read_cdat_data
abcd:07 no_symbol_at_all
END
    # This kernel drives the device, so it can do these two.
    [ $found -ge 2 ] || { echo "only $found objects are the kernel's own"; return 1; }
    # 7.3 is built with PCI/TSM, and this machine has no security manager for which it could speak SPDM.
    ask own-use policy show || { answer own-use; return 1; }
    if grep -q pci_tsm_doe_transfer /run/seen/symbols; then
        [ -z "$(ls /sys/class/tsm 2>/dev/null)" ] &&
            grep -q '0001:01 .*# not kernel-expected: .*no security manager is in /sys/class/tsm' /run/seen/own-use ||
            { answer own-use; return 1; }
    fi
    grep 'told by its version and its symbols' /run/seen/own-use || { answer own-use; return 1; }
    # The daemon says so where it could not read them.
    ! grep 'told by its version alone' /run/doe-auditd.log
}
