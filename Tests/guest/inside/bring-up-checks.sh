# A lab's machine: doe_audit.mode=bring-up on the kernel's command line. The device drops every compliance object in
# silence, so a request that reaches it ends in a timeout and an abort; the probe has seen it all the same.

lab_rules=/run/lab-rules
driver_folder=/sys/bus/pci/drivers/cxl_pci

run_bring_up_guest_checks() {
    check kernel_asks_for_bring_up
    check cxl_driver_holds_the_device
    check kernel_has_read_the_cdat
    check probe_is_set
    check probe_counts_a_write_and_not_a_read
}

run_bring_up_checks() {
    check kernel_alone_makes_no_bring_up_host
    check lockdown_that_nobody_knows_makes_no_bring_up_host
    check both_make_a_bring_up_host
    check compliance_needs_a_lease
    check lease_needs_the_driver_unbound
    check lease_is_given_when_it_is
    check leased_compliance_reaches_the_device
    check another_user_stays_out
    check lease_outlives_the_daemon
    check lease_ends
    check lease_ends_by_itself
    check driver_that_is_bound_again_ends_it
    check kernel_reads_its_table_after_all_that
    check lockdown_ends_mode_and_lease
    check lease_in_production_is_an_attempt
    check journal_tells_all_of_it
    check daemon_ends_on_sigterm
}

kernel_asks_for_bring_up() {
    cat /proc/cmdline
    grep -qF 'doe_audit.mode="bring-up"' /proc/cmdline
}

# start_lab OPTION…: the daemon, with the shipped rules and one of the lab's.
start_lab() {
    local socket=$runtime/mailbox/$mailbox.sock
    mkdir -p -m 755 $runtime $lab_rules
    mkdir -p -m 700 $state
    cp $rules/*.rules $lab_rules/
    echo 'allow object=1e98:00 compliance=capabilities mode=bring-up uid={0,65534}' >$lab_rules/50-lab.rules
    rm -f /run/doe-auditd.exit
    (
        doe-auditd --rules $lab_rules --runtime-directory $runtime --state-directory $state "$@" &
        echo $! >/run/doe-auditd.pid
        wait $!
        echo $? >/run/doe-auditd.exit
    ) >>/run/doe-auditd.log 2>&1 &
    wait_for 30 sh -c "[ -S $socket ] || [ -s /run/doe-auditd.exit ]"
    [ -S $socket ] || { echo "no $socket: $(tail -1 /run/doe-auditd.log)"; return 1; }
}

stop_lab() {
    kill -TERM "$(cat /run/doe-auditd.pid)" && wait_for 15 test -s /run/doe-auditd.exit
}

# mode_is MODE WORDS: and the reason has these words.
mode_is() {
    ask status status --json || { answer status; return 1; }
    jq -r '"\(.mode): \(.mode_reason)"' </run/seen/status
    [ "$(jq -r .mode </run/seen/status)" = "$1" ] && jq -r .mode_reason </run/seen/status | grep -qF "$2"
}

kernel_alone_makes_no_bring_up_host() {
    start_lab || return 1
    mode_is production 'the configuration does not' || return 1
    stop_lab
}

lockdown_that_nobody_knows_makes_no_bring_up_host() {
    local status=0
    umount /sys/kernel/security || return 1
    start_lab --mode bring-up && mode_is production 'mount -t securityfs' && stop_lab || status=1
    mount -t securityfs securityfs /sys/kernel/security
    return $status
}

both_make_a_bring_up_host() {
    start_lab --mode bring-up || return 1
    mode_is bring-up 'the kernel is not locked down'
}

# compliance NAME: asks for the capabilities; its exit status, and what the probe saw, go to files.
compliance() {
    local before=$(probe_count) go=$(probe_count_go)
    ask "$1" exchange $mailbox 1e98:00 --data 00000000
    sleep 0.5   # an object sent late, behind the answer, must be seen too
    writes=$(($(probe_count) - before))
    gos=$(($(probe_count_go) - go))
}

# refused NAME WORDS: refused by the policy for this reason, and not one dword reached the mailbox.
refused() {
    echo "exit $(cat "/run/seen/$1.exit"), $writes writes: $(head -c 250 "/run/seen/$1.error" | tr '\n' ' ')"
    [ "$(cat "/run/seen/$1.exit")" = 1 ] && [ "$writes" = 0 ] && grep -qF "$2" "/run/seen/$1.error"
}

compliance_needs_a_lease() {
    compliance unleased
    refused unleased 'its mailbox has no lease'
}

start_lease() { # NAME TIME OPTION…
    local name=$1 time=$2
    shift 2
    ask "$name" lease start $mailbox --for "$time" --reason 'guest test' "$@"
}

lease_needs_the_driver_unbound() {
    start_lease bound 5m && return 1
    answer bound
    [ "$(cat /run/seen/bound.exit)" = 1 ] && grep -qF 'the driver cxl_pci is bound' /run/seen/bound.error
}

lease_is_given_when_it_is() {
    echo $address >$driver_folder/unbind || return 1
    echo "iomem: $(grep -c 'CXL Window' /proc/iomem) windows, $(grep -A9 'CXL Window' /proc/iomem | grep -c 'System RAM') of them in use;"
    start_lease lease 5m --json || { answer lease; return 1; }
    jq -r '"lease \(.id) to \(.holder)"' </run/seen/lease
    ask taint taint --json && has_string taint CD || { answer taint; return 1; }
}

leased_compliance_reaches_the_device() {
    compliance leased
    echo "exit $(cat /run/seen/leased.exit), $writes writes, GO $gos times: $(head -c 120 /run/seen/leased.error | tr '\n' ' ')"
    [ "$(cat /run/seen/leased.exit)" = 3 ] && [ "$writes" -ge 5 ] && [ "$gos" = 1 ] || return 1
    grep -qF 'did not answer 1e98:00 within 1 s' /run/seen/leased.error || return 1
    ask taint taint --json && has_string taint CXAD || { answer taint; return 1; }
    dmesg | grep -F "doe-audit: sending" | tail -1 | grep -F "1e98:00, capabilities) to $mailbox"
}

another_user_stays_out() {
    local before=$(probe_count) said
    said=$(su -s /bin/sh nobody -c "doe-audit exchange $mailbox 1e98:00 --data 00000000" 2>&1)
    echo "$(($(probe_count) - before)) writes: $(echo "$said" | head -c 250 | tr '\n' ' ')"
    [ "$(probe_count)" = "$before" ] && echo "$said" | grep -qF 'its mailbox is leased to uid 0 alone'
}

lease_outlives_the_daemon() {
    local id=$(jq -r .id </run/seen/lease)
    stop_lab && start_lab --mode bring-up || return 1
    ask list lease list --json || { answer list; return 1; }
    jq -c . </run/seen/list
    has_string list "$id"
}

lease_ends() {
    ask end lease end $mailbox || { answer end; return 1; }
    compliance ended
    refused ended 'its mailbox has no lease'
}

no_lease() { ask list lease list --json && [ "$(jq '.leases | length' </run/seen/list)" = 0 ]; }

lease_ends_by_itself() {
    start_lease short 3s || { answer short; return 1; }
    wait_for 15 no_lease || { echo "it is still there"; return 1; }
    compliance expired
    refused expired 'its mailbox has no lease'
}

driver_that_is_bound_again_ends_it() {
    start_lease again 5m || { answer again; return 1; }
    echo $address >$driver_folder/bind || return 1
    wait_for 10 kernel_cdat_is_there
    compliance rebound
    refused rebound 'the driver cxl_pci is bound' && no_lease
}

kernel_reads_its_table_after_all_that() {
    kernel_cdat_is_there || { echo "no table, or an empty one"; return 1; }
    echo "$(wc -c </run/seen/kernel-cdat-now) bytes"
    cmp /run/seen/kernel-cdat-now /run/seen/kernel-cdat
}

# The kernel takes a higher lockdown at any time, and gives none back.
lockdown_ends_mode_and_lease() {
    echo $address >$driver_folder/unbind || return 1
    start_lease last 5m || { answer last; return 1; }
    echo integrity >/sys/kernel/security/lockdown || return 1
    compliance locked
    refused locked 'this host is in production' || return 1
    no_lease && mode_is production 'locked down: integrity'
}

lease_in_production_is_an_attempt() {
    start_lease late 5m && return 1
    answer late
    [ "$(cat /run/seen/late.exit)" = 1 ] && grep -qF 'this host is in production' /run/seen/late.error &&
        ask taint taint --json && has_string taint CXAD
}

# events: how many records there are of each event, duplicates taken out.
events() {
    journalctl --quiet --no-pager -o json |
        jq -r -s '[.[] | select(.DOE_EVENT)] | unique_by([.DOE_INSTANCE, .DOE_SEQ])[] | "\(.DOE_EVENT) \(.DOE_STATUS)"' |
        sort | uniq -c | sed 's/^ *//'
}

events_are_there() {
    events >/run/seen/events
    grep -qx '4 lease-started null' /run/seen/events && grep -qx '1 lease-ended ended' /run/seen/events &&
        grep -qx '1 lease-ended expired' /run/seen/events && grep -qx '1 lease-ended device' /run/seen/events &&
        grep -qx '1 lease-ended mode' /run/seen/events && grep -qx '2 lease-refused refused' /run/seen/events &&
        grep -qx '1 mode-lowered null' /run/seen/events && grep -qx '1 exchange-failed timeout' /run/seen/events
}

# And the one request that was let through carries its lease.
journal_tells_all_of_it() {
    local status=0 id=$(jq -r .id </run/seen/lease)
    wait_for 10 events_are_there || status=1
    grep -v daemon /run/seen/events | tr '\n' ','
    journalctl --quiet --no-pager -o json DOE_EVENT=exchange-failed |
        jq -e -s --arg id "$id" '.[0].DOE_LEASE == $id and .[0].DOE_COMPLIANCE == "capabilities"' >/dev/null || status=1
    return $status
}

