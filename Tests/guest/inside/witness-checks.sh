# The witness, on a machine with a switch: programs and the kernel use mailboxes past the proxy, and the journal must tell
# it, byte for byte where this kernel shows the bytes. Two devices have a mailbox, and so has the switch's upstream port.

port=0000:0d:00.0@1c0
first=0000:0f:00.0
second=0000:10:00.0

run_witness_checks() {
    check switch_has_three_mailboxes
    check witness_only_touches_nothing
    check probes_are_its_own_and_fire
    check arms_are_the_brokers
    check lspci_leaves_no_record
    check setpci_discovery_is_put_back_together
    check setpci_table_is_put_back_together
    check discovery_through_procfs_is_put_back_together
    check neighbours_are_told_apart
    check a_hundred_setpci_write
    check other_config_write_taints_w
    check probes_switched_off_are_noticed
    check a_hundred_setpci_make_few_records
    check kernels_own_reading_is_expected
    check stolen_response_is_named
    check guests_writes_are_passthrough
    check programs_of_the_host_are_no_guests
    check programs_that_nobody_knows_are_loud
    check module_of_its_own_taints_k
    check what_could_not_be_tried_is_said
    check killed_and_started_again_it_doubles_nothing
    check function_that_comes_back_is_watched
    check burst_is_seen_or_counted
    check cost_outside_the_ranges
    check it_takes_its_probes_along
    check proxy_and_witness_tell_ours_from_theirs
    check foreign_write_in_the_middle_is_a_collision
    check witness_ends_on_sigterm
    run_service_checks
}

# start_witness OPTION…: the daemon, and waits until it is ready.
start_witness() {
    mkdir -p -m 755 $runtime
    mkdir -p -m 700 $state
    rm -f /run/doe-auditd.exit
    (
        doe-auditd --rules $rules --runtime-directory $runtime --state-directory $state "$@" &
        echo $! >/run/doe-auditd.pid
        wait $!
        echo $? >/run/doe-auditd.exit
    ) >>/run/doe-auditd.log 2>&1 &
    wait_for 30 witness_has_begun
    [ ! -s /run/doe-auditd.exit ] || { echo "it ended with exit $(cat /run/doe-auditd.exit): $(tail -1 /run/doe-auditd.log)"; return 1; }
}

# It looks, or has found out that it cannot; or the daemon has ended.
witness_has_begun() {
    [ ! -s /run/doe-auditd.exit ] || return 0
    doe-audit status --json >/run/seen/begun && ! grep -q 'it has not begun yet' /run/seen/begun
}

stop_witness() {
    kill -TERM "$(cat /run/doe-auditd.pid)" && wait_for 15 test -s /run/doe-auditd.exit
}

# trail FILTER: the records that jq selects with it, one JSON object a line, duplicates taken out.
trail() {
    journalctl --quiet --no-pager -o json -t doe-auditd |
        jq -c -n '[inputs | select(.DOE_SEQ) | select('"$1"')] | unique_by([.DOE_INSTANCE, .DOE_SEQ])[]'
}

# has_record SECONDS NAME FILTER: waits for such a record, and shows it. Reading the journal takes its time here, so the
# clock counts and not the tries.
has_record() {
    local end=$(($(cut -d. -f1 /proc/uptime) + $1))
    until record_is_there "$2" "$3"; do
        if [ "$(cut -d. -f1 /proc/uptime)" -ge $end ]; then
            echo "no such record; the last ones go to the console"
            { echo "WANTED $3"; trail true | tail -4; } >/dev/ttyS0
            return 1
        fi
        sleep 0.5
    done
    jq -r -s 'first | "\(.PRIORITY) \(.MESSAGE)"' <"/run/seen/$2"
}
record_is_there() { trail "$2" >"/run/seen/$1" && [ -s "/run/seen/$1" ]; }

# The last number that was given, so that a check can look at what came after it. It is among the last records: only
# what comes twice comes late.
last_number() {
    journalctl --quiet --no-pager -o json -t doe-auditd -n 100 --output-fields=DOE_SEQ |
        jq -n '[inputs.DOE_SEQ // empty | tonumber] | max // 0'
}

since() { echo "(.DOE_SEQ | tonumber) > $1"; }

# digest DWORD…: SHA-256 of dwords as the device gets them.
digest() {
    local dword
    for dword in "$@"; do
        printf '%s' "$dword" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/'
    done | xxd -r -p | sha256sum | cut -d' ' -f1
}

# By setpci, one process an access. Offsets are the register's, of a mailbox at 0x190.
put() { setpci -s "$1" "$2.L=$3"; }
get() { setpci -s "$1" "$2.L"; }

# by_setpci FUNCTION DWORD…: one exchange; the response's dwords go to /run/seen/response, one a line.
by_setpci() {
    local function=$1 dword count
    shift
    for dword in "$@"; do put "$function" 1a0 "$dword"; done
    put "$function" 198 80000000
    wait_for 2 response_is_ready "$function" || { echo "no response"; return 1; }
    get "$function" 1a4 >/run/seen/response
    put "$function" 1a4 0
    count=$((0x$(get "$function" 1a4) & 0x3ffff))
    get "$function" 1a4 >>/run/seen/response
    put "$function" 1a4 0
    while [ $count -gt 2 ]; do
        get "$function" 1a4 >>/run/seen/response
        put "$function" 1a4 0
        count=$((count - 1))
    done
}
response_is_ready() { [ $((0x$(get "$1" 19c) >> 31)) = 1 ]; }

unbind() { echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind"; }

switch_has_three_mailboxes() {
    local found
    found=$(lspci -D | cut -d' ' -f1 | while read -r function; do
        lspci -vs "$function" | grep -q 'Data Object Exchange' && echo "$function"
    done | tr '\n' ' ')
    echo "$found"
    [ "$found" = "0000:0d:00.0 $first $second " ]
}

# No socket for exchanges, and not one write. What it reads is counted by nobody: config space is read by every lspci.
witness_only_touches_nothing() {
    probe_start_everywhere || { echo "no probe of the test's own"; return 1; }
    start_witness --no-proxy || return 1
    ask status status --json || { answer status; return 1; }
    jq -c '.sight' </run/seen/status
    sleep 1
    echo "$(ls $runtime/mailbox 2>/dev/null | wc -l) mailbox sockets, $(grep -c ': write_' $instance/trace) writes"
    [ "$(ls $runtime/mailbox 2>/dev/null | wc -l)" = 0 ] && [ "$(grep -c ': write_' $instance/trace)" = 0 ]
}

# As probe_start, at every register of every function.
probe_start_everywhere() {
    mailbox_registers='offset >= 0'
    probe_start
}

probes_are_its_own_and_fire() {
    ask doctor doctor --json
    echo "exit $(cat /run/seen/doctor.exit), $(ls $tracing/instances | tr '\n' ' '), $(grep -c doe_audit $tracing/kprobe_events) probes;"
    jq -r '.roads[] | "\(.way): \(.degree)"' </run/seen/doctor | tr '\n' ';'
    only_the_journal_is_wrong && [ -d $tracing/instances/doe-audit ] && programs_are_in_the_kernel
}

# Without them it works too, and says so; on these kernels they must be there.
programs_are_in_the_kernel() {
    ask status status --json && ! grep -o "the witness' programs are not in the kernel.*" /run/seen/status
}

# The daemon reads: buffers and their counts, two rings and two tables of counts. Nothing by which a probe, a filter, a
# program or a table could be changed is among what it has open; the programs and the tables are the broker's.
arms_are_the_brokers() {
    local daemon=$(cat /run/doe-auditd.pid) broker fd name status=0
    broker=$(pidof doe-audit-broker) || { echo "no broker"; return 1; }
    ls -l "/proc/$daemon/fd" >/run/seen/fds
    for fd in "/proc/$daemon/fd"/*; do
        name=$(readlink "$fd") || continue
        case $name in
        *tracing/*/trace_pipe_raw | *tracing/*/stats) opened_for_reading "$daemon" "${fd##*/}" || status=1 ;;
        *tracing*) echo "it has $name open;"; status=1 ;;
        *bpf-map*) echo "$name $(grep -E '^(flags|map_type):' "/proc/$daemon/fdinfo/${fd##*/}" | tr -s '\t\n' ' ');" ;;
        *bpf* | *perf_event*) echo "it has $name open;"; status=1 ;;
        esac
    done
    # Kinds of maps: 27 is a ring, which its reader must be able to tell how far he is.
    for fd in $(grep -l '^map_type' "/proc/$daemon/fdinfo"/* 2>/dev/null); do
        grep -q '^map_type:[[:space:]]*27$' "$fd" || opened_for_reading "$daemon" "${fd##*/}" || status=1
    done
    echo "$(grep -c trace_pipe_raw /run/seen/fds) buffers, $(grep -c bpf-map /run/seen/fds) tables;" \
        "of the broker's: $(ls -l "/proc/$broker/fd" | grep -c bpf-prog) programs"
    [ $status = 0 ] && [ "$(grep -c trace_pipe_raw /run/seen/fds)" -gt 0 ] && [ "$(grep -c bpf-map /run/seen/fds)" = 4 ] &&
        [ "$(ls -l "/proc/$broker/fd" | grep -c bpf-prog)" -gt 0 ]
}
# The last octal digit of the flags is the way in which it was opened: 0 for reading alone.
opened_for_reading() {
    grep -q '^flags:.*[04]$' "/proc/$1/fdinfo/$2" || { echo "descriptor $2 is $(readlink "/proc/$1/fd/$2") for writing;"; return 1; }
}

lspci_leaves_no_record() {
    local before=$(last_number)
    for function in 0000:0d:00.0 $first $second; do lspci -vvvs $function >/dev/null; done
    sleep 7
    echo "$(trail "$(since "$before")" | wc -l) records"
    [ -z "$(trail "$(since "$before")")" ]
}

# setpci is gone a fraction of a millisecond after it opened the file, and is known all the same.
by_setpci='.DOE_CLIENT_EXE == "/usr/bin/setpci" and .DOE_CLIENT_UID == "0" and (.DOE_CLIENT_PARENT // "" | test("^[0-9]+ "))'

# observed NAME SECONDS FIRST-NUMBER MAILBOX OBJECT ROAD CONDITION…
observed() {
    local name=$1 seconds=$2 before=$3 mailbox=$4 object=$5 road=$6
    has_record "$seconds" "$name" "$(since "$before") and .DOE_EVENT == \"exchange-observed\" and .DOE_VERDICT == \"observed\"
        and .DOE_MAILBOX == \"$mailbox\" and .DOE_OBJECT == \"$object\" and .DOE_ROAD == \"$road\" and ($7)"
}

# matches_bytes REQUEST-DIGEST: request and response of the record in /run/seen/observed against what setpci sent and saw.
matches_bytes() {
    local name=$1 request=$2 response=$(digest $(cat /run/seen/response))
    jq -r -s 'first | "request \(.DOE_REQUEST_BYTES) bytes, response \(.DOE_RESPONSE_BYTES)"' <"/run/seen/$name"
    jq -e -s --arg request "$request" --arg response "$response" \
        'first | .DOE_REQUEST_SHA256 == $request and (.DOE_RESPONSE_SHA256 // "") == $response' <"/run/seen/$name" >/dev/null
}

setpci_discovery_is_put_back_together() {
    local before=$(last_number)
    unbind $first
    by_setpci $first 00000001 00000003 00000000 || return 1
    note_now discovery
    observed discovery 10 "$before" $first@190 0001:00 bypass "$by_setpci and "\
'.DOE_STATUS == "done" and .DOE_TAINT == "B" and .PRIORITY == "2" and .DOE_WOULD == "deny"' &&
        matches_bytes discovery "$(digest 00000001 00000003 00000000)"
}

setpci_table_is_put_back_together() {
    local before=$(last_number) handle=0 responses=0
    while [ $handle != 65535 ] && [ $responses -lt 32 ]; do
        by_setpci $first 00021e98 00000003 "$(printf '%04x0000' $handle)" || return 1
        # The first exchange has a record of its own; those that follow are counted.
        [ $responses != 0 ] || cp /run/seen/response /run/seen/first-response
        handle=$((0x$(sed -n 3p /run/seen/response) >> 16))
        responses=$((responses + 1))
    done
    observed table 10 "$before" $first@190 1e98:02 bypass "$by_setpci" || return 1
    cp /run/seen/first-response /run/seen/response
    matches_bytes table "$(digest 00021e98 00000003 00000000)" || return 1
    echo "$responses exchanges,"
    all_are_counted $responses "$before" "$first@190" 1e98:02
}

# all_are_counted COUNT FIRST-NUMBER MAILBOX OBJECT: the records together speak of so many exchanges.
all_are_counted() {
    local end=$(($(cut -d. -f1 /proc/uptime) + 25)) status=0
    until counted_is "$@"; do
        if [ "$(cut -d. -f1 /proc/uptime)" -ge $end ]; then status=1 && break; fi
        sleep 1
    done
    cat /run/seen/counted
    return $status
}
counted_is() {
    trail "$(since "$2") and .DOE_EVENT == \"exchange-observed\" and .DOE_MAILBOX == \"$3\" and .DOE_OBJECT == \"$4\"" |
        jq -s '[.[] | .DOE_COUNT // "1" | tonumber] | "\(length) records of \(add // 0)"' >/run/seen/counted
    grep -q "records of $1\"" /run/seen/counted
}

discovery_through_procfs_is_put_back_together() {
    local before=$(last_number) file=/proc/bus/pci/10/00.0 dword
    unbind $second
    for dword in 1 3 0; do by_dd $file 416 "$dword"; done
    by_dd $file 408 80000000
    wait_for 2 response_is_ready $second || { echo "no response"; return 1; }
    : >/run/seen/response
    for dword in 1 2 3; do
        dd if=$file bs=4 skip=105 count=1 2>/dev/null | xxd -p | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/' >>/run/seen/response
        by_dd $file 420 0
    done
    observed procfs 10 "$before" $second@190 0001:00 bypass '.DOE_STATUS == "done" and (.DOE_CLIENT_EXE == "/usr/bin/busybox" or .DOE_CLIENT_COMMAND == "dd")' &&
        matches_bytes procfs "$(digest 00000001 00000003 00000000)"
}
by_dd() { # FILE OFFSET DWORD
    printf %08x $((0x$3)) | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/' | xxd -r -p |
        dd of="$1" bs=4 seek=$(($2 / 4)) count=1 conv=notrunc 2>/dev/null
}

# note_now NAME; rest_of SECONDS NAME: waits until so many seconds have passed since the moment of that name.
note_now() { uptime_seconds >"/run/seen/since-$1"; }
rest_of() {
    sleep "$(echo "$1 $(uptime_seconds) $(cat "/run/seen/since-$2")" |
        awk '{ left = $1 - ($2 - $3); print (left > 0 ? left : 0) }')"
}

# Both at once, each by processes of its own.
neighbours_are_told_apart() {
    local before one two
    rest_of 21 discovery   # what was counted of it is written, and the next one is the first of its kind again
    before=$(last_number)
    (by_setpci_to $first 00000001 00000003 00000001) & one=$!
    (by_setpci_to $second 00021e98 00000003 00000000) & two=$!
    wait $one $two
    observed one 15 "$before" $first@190 0001:00 bypass '.DOE_STATUS == "done"' || return 1
    observed two 15 "$before" $second@190 1e98:02 bypass '.DOE_STATUS == "done"' || return 1
    echo "$(trail "$(since "$before")" | wc -l) records"
    jq -e -s --arg digest "$(digest 00000001 00000003 00000001)" 'first.DOE_REQUEST_SHA256 == $digest' </run/seen/one >/dev/null &&
        jq -e -s --arg digest "$(digest 00021e98 00000003 00000000)" 'first.DOE_REQUEST_SHA256 == $digest' </run/seen/two >/dev/null
}
# As by_setpci, with a file of its own for the response.
by_setpci_to() {
    local function=$1 dword count=3
    shift
    for dword in "$@"; do put "$function" 1a0 "$dword"; done
    put "$function" 198 80000000
    wait_for 2 response_is_ready "$function" || return 1
    while [ $count -gt 0 ] || response_is_ready "$function"; do
        get "$function" 1a4 >/dev/null
        put "$function" 1a4 0
        count=$((count - 1))
    done
}

# What becomes of them is looked at 25 seconds later: until then others are tried, elsewhere.
a_hundred_setpci_write() {
    local i=0
    last_number >/run/seen/before-the-hundred
    while [ $i -lt 100 ]; do
        put $first 1a0 00000001 || return 1
        i=$((i + 1))
    done
    put $first 198 00000001 || return 1
    note_now the-hundred
}
a_hundred_setpci_make_few_records() {
    local records
    rest_of 25 the-hundred
    trail "$(since "$(cat /run/seen/before-the-hundred)") and .DOE_ADDRESS == \"$first\"" >/run/seen/of-the-hundred
    records=$(wc -l </run/seen/of-the-hundred)
    jq -r '"\(.DOE_EVENT) \(.DOE_STATUS) \(.DOE_COUNT)"' </run/seen/of-the-hundred | tr '\n' ';'
    echo "$records records"
    [ "$records" -ge 1 ] && [ "$records" -le 5 ]
}

# The cache line size register, which nothing uses on PCI Express.
other_config_write_taints_w() {
    local before=$(last_number)
    setpci -s $second 0c.B="$(setpci -s $second 0c.B)" || return 1
    has_record 10 other "$(since "$before") and .DOE_EVENT == \"config-written\" and .DOE_ADDRESS == \"$second\"" || return 1
    jq -e -s "first | .DOE_TAINT == \"W\" and $by_setpci" </run/seen/other >/dev/null
}

kernels_own_reading_is_expected() {
    local before=$(last_number)
    echo $first >/sys/bus/pci/drivers/cxl_pci/bind || return 1
    observed kernel 15 "$before" $first@190 1e98:02 kernel '.DOE_CLASS == "kernel-expected" and .DOE_TAINT == null and .PRIORITY == "6"' || return 1
    wait_for 10 kernel_cdat_is_there && echo "$(wc -c </run/seen/kernel-cdat-now) bytes of CDAT in sysfs"
}

# setpci leaves a response unread, and the kernel takes it for the answer to a request of its own.
stolen_response_is_named() {
    local before=$(last_number)
    unbind $first
    put $first 1a0 00000001 && put $first 1a0 00000003 && put $first 1a0 00000000 && put $first 198 80000000
    wait_for 2 response_is_ready $first || return 1
    echo $first >/sys/bus/pci/drivers/cxl_pci/bind
    has_record 20 stolen "$(since "$before") and .DOE_EVENT == \"collision\" and .DOE_MAILBOX == \"$first@190\"" || return 1
    dmesg | grep -E 'DOE: |DOE failed|CDAT' | grep -v doe-audit | tail -1
}

# A virtual machine's way to the device; a small program takes its place, under the name of one that runs them.
guests_writes_are_passthrough() {
    local before=$(last_number)
    lend_second || return 1
    cp /usr/bin/vfio-config /usr/bin/qemu-system-x86_64
    discovery_through_vfio qemu-system-x86_64
    observed guest 20 "$before" $second@190 0001:00 passthrough '.DOE_DRIVER == "vfio-pci" and (.DOE_TAINT // "" | contains("B") | not) and (.PRIORITY | tonumber) > 3'
}
lend_second() {
    [ "$(ls /sys/kernel/iommu_groups | wc -l)" -gt 0 ] || { echo "no IOMMU in this guest"; return 1; }
    modprobe vfio-pci && modprobe vfio_iommu_type1 allow_unsafe_interrupts=1 || return 1
    [ ! -e /sys/bus/pci/devices/$second/driver ] || unbind $second
    echo vfio-pci >/sys/bus/pci/devices/$second/driver_override
    echo $second >/sys/bus/pci/drivers_probe
}
discovery_through_vfio() { # PROGRAM
    $1 $second "$(basename "$(readlink /sys/bus/pci/devices/$second/iommu_group)")" w 0x1a0 0x1 w 0x1a0 0x3 w 0x1a0 0 w 0x198 0x80000000 \
        r 0x19c r 0x1a4 w 0x1a4 0 r 0x1a4 w 0x1a4 0 r 0x1a4 w 0x1a4 0 | tr '\n' ' '
}

# Another program that uses vfio-pci is no guest.
programs_of_the_host_are_no_guests() {
    local before=$(last_number)
    discovery_through_vfio vfio-config
    observed vfio 20 "$before" $second@190 0001:00 bypass '.DOE_DRIVER == "vfio-pci" and (.DOE_TAINT // "" | contains("B")) and .DOE_CLIENT_EXE == "/usr/bin/vfio-config" and (.PRIORITY | tonumber) <= 3'
}

# Of a program whose file is gone nobody can say what it is. It is loud, and no bypass.
programs_that_nobody_knows_are_loud() {
    local before=$(last_number)
    cp /usr/bin/vfio-config /usr/bin/gone
    discovery_through_gone
    observed gone 20 "$before" $second@190 0001:00 passthrough '.DOE_CLIENT_EXE == "unknown" and .PRIORITY == "4" and (.MESSAGE | contains("a program of the host"))'
}
discovery_through_gone() {
    local program=/usr/bin/gone
    # It holds the function, and waits three seconds before it writes.
    (sleep 1; exec $program $second "$(basename "$(readlink /sys/bus/pci/devices/$second/iommu_group)")" p 3 w 0x1a0 0x1 w 0x1a0 0x3 w 0x1a0 0 \
        w 0x198 0x80000000 r 0x19c r 0x1a4 w 0x1a4 0 r 0x1a4 w 0x1a4 0 r 0x1a4 w 0x1a4 0) | tr '\n' ' ' &
    sleep 2.5
    rm $program
    wait
}

module_of_its_own_taints_k() {
    local before=$(last_number)
    [ -e /drive_mailbox.ko ] || { echo "not built for this kernel"; return 0; }
    insmod /drive_mailbox.ko bus=15 object=0x000110de || return 1
    observed module 10 "$before" $first@190 10de:01 kernel '.DOE_TAINT == "VK" and (.PRIORITY | tonumber) <= 4' &&
        matches_request module "$(digest 000110de 00000003 12345678)"
}
matches_request() {
    jq -e -s --arg request "$2" 'first.DOE_REQUEST_SHA256 == $request' <"/run/seen/$1" >/dev/null
}

what_could_not_be_tried_is_said() {
    [ -e /drive_mailbox.ko ] || echo "NOTE|no kernel module could be built for this kernel: a module that drives a mailbox itself was not tried" >/dev/ttyS0
    [ ! -e /drive_mailbox.ko ] || echo "all was tried"
}

probes_switched_off_are_noticed() {
    local before=$(last_number)
    echo 0 >$tracing/instances/doe-audit/tracing_on
    has_record 45 off "$(since "$before") and .DOE_EVENT == \"witness-blind\"" || return 1
    wait_for 45 sees_again || { answer status; return 1; }
    ask taint taint --json
    jq -r '.since_boot' </run/seen/taint
    jq -r '.since_boot' </run/seen/taint | grep -q N
}
sees_again() { ask status status --json && [ "$(jq -r '.sight.blind // empty' </run/seen/status)" = '' ]; }

our_probes() { cat $tracing/kprobe_events 2>/dev/null | grep -c doe_audit; }

killed_and_started_again_it_doubles_nothing() {
    local before=$(our_probes) after
    kill -9 "$(cat /run/doe-auditd.pid)" && wait_for 10 test -s /run/doe-auditd.exit
    echo "left behind: $(our_probes) probes;"
    start_witness --no-proxy || return 1
    after=$(our_probes)
    echo "$before probes before, $after after, $(ls $tracing/instances | grep -c doe-audit) instance"
    [ "$before" = "$after" ] && [ "$(ls $tracing/instances | grep -c doe-audit)" = 1 ]
}

# A device that is taken out and found again is another one to the kernel: its files are new.
function_that_comes_back_is_watched() {
    local before
    echo 1 >/sys/bus/pci/devices/$second/remove || return 1
    wait_for 5 test ! -e /sys/bus/pci/devices/$second || return 1
    echo 1 >/sys/bus/pci/rescan
    wait_for 10 test -e /sys/bus/pci/devices/$second || return 1
    sleep 2
    [ ! -e /sys/bus/pci/devices/$second/driver ] || unbind $second
    before=$(last_number)
    setpci -s $second 0c.B="$(setpci -s $second 0c.B)" || return 1
    has_record 25 back "$(since "$before") and .DOE_EVENT == \"config-written\" and .DOE_ADDRESS == \"$second\" and .DOE_SERIAL == \"00-00-00-00-00-00-12-35\""
}

# 100,000 reads of a mailbox's register as fast as they go: what was lost is counted.
burst_is_seen_or_counted() {
    [ ! -e /sys/bus/pci/devices/$first/driver ] || unbind $first
    config-burst /sys/bus/pci/devices/$first/config 412 100000 || return 1
    sleep 3
    ask status status --json || { answer status; return 1; }
    jq -c '.sight' </run/seen/status
    cat $tracing/instances/doe-audit/per_cpu/cpu*/stats | grep -E 'overrun|dropped' | tr '\n' ' '
}

# Nanoseconds that a read takes which no filter lets through, the middle of five turns of 10,000. For the table's reader;
# nothing is judged by it, since emulated time is not a host's.
read_outside() {
    local turn
    for turn in 1 2 3 4 5; do config-burst /sys/bus/pci/devices/$first/config 4 10000; done | sort -n | sed -n 3p
}
read_inside() { config-burst /sys/bus/pci/devices/$first/config 412 10000; }

# The same for a write: of a function that has no mailbox, and of one that has one, beside it.
write_elsewhere() {
    local turn
    for turn in 1 2 3 4 5; do config-burst /sys/bus/pci/devices/0000:00:00.0/config 60 10000 write; done | sort -n | sed -n 3p
}
write_beside() { config-burst /sys/bus/pci/devices/$first/config 60 10000 write; }

cost_outside_the_ranges() {
    local on off inside write_on write_off beside_on beside_off
    sleep 4   # what was traced before has to be read first
    on=$(read_outside)
    inside=$(read_inside)
    write_on=$(write_elsewhere)
    beside_on=$(write_beside)
    sleep 4
    stop_witness || { echo "still running"; return 1; }
    sleep 1
    off=$(read_outside)
    write_off=$(write_elsewhere)
    beside_off=$(write_beside)
    start_witness --no-proxy || return 1
    echo "ns for a read of another register: without the witness $off, with it $on; of the mailbox's with it $inside;"
    echo "for a write of a function without a mailbox: $write_off, $write_on; of one with, beside it: $beside_off, $beside_on"
    [ -n "$off" ] && [ -n "$beside_off" ]
}

it_takes_its_probes_along() {
    stop_witness || { echo "still running"; return 1; }
    echo "exit $(cat /run/doe-auditd.exit), $(our_probes) probes, instances: $(ls $tracing/instances | tr '\n' ' ')"
    [ "$(our_probes)" = 0 ] && [ ! -d $tracing/instances/doe-audit ]
}

proxy_and_witness_tell_ours_from_theirs() {
    start_witness || return 1
    local before=$(last_number)
    ask own discover $first@190 --from device --json || { answer own; return 1; }
    sleep 7
    trail "$(since "$before")" | jq -r '"\(.DOE_EVENT) \(.DOE_ROAD) \(.DOE_OBJECT)"' | sort | uniq -c | tr '\n' ';'
    [ -z "$(trail "$(since "$before") and (.DOE_ROAD // \"proxy\") != \"proxy\"")" ] && [ "$(trail "$(since "$before")" | wc -l)" -ge 2 ]
}

# The device drops an unknown object in silence: our exchange waits a second for its response, and setpci writes then. To
# read all that the probes have seen by now can take longer than that: so what they see of the two registers also goes to
# an instance of its own. On a host that has no time for us setpci comes all the same when the second is over: that shows
# nothing, and all is done anew, three times at most.
foreign_write_in_the_middle_is_a_collision() {
    local before=$(last_number) round instance=$tracing/instances/doe_guest_middle
    local event=$instance/events/doe_guest_test/write_dword
    mkdir $instance && echo 'offset == 408 || offset == 416' >$event/filter && echo 1 >$event/enable || return 1
    for round in 1 2 3; do
        write_while_ours_waits
        wrote_before_the_abort && break
    done
    echo 0 >$event/enable
    rmdir $instance
    echo "time $round, exit $(cat /run/seen/collided.exit): $(head -c 300 /run/seen/collided.error | tr '\n' ' ')"
    has_record 15 collided "$(since "$before") and .DOE_EVENT == \"collision\" and .DOE_MAILBOX == \"$first@190\""
}
write_while_ours_waits() {
    local go=$(probe_count_go)
    probe_count >/run/seen/writes-before
    (wait_for 20 go_was_set "$go"; put $first 1a0 00000001) &
    ask collided exchange $first@190 8086:01 --data 00000000 --force
    wait $!
}
# Of the writes since then: ours sets GO (at 0x198, 408), setpci writes its 1 to the write mailbox (0x1a0, 416), ours aborts.
wrote_before_the_abort() {
    grep ': write_' $instance/trace | tail -n +$(($(cat /run/seen/writes-before) + 1)) |
        sed -n '/offset=408 value=0x[89a-f][0-9a-f]\{7\}$/,/offset=408 value=0x[0-7]$/p' | grep -q 'offset=416 value=0x1$'
}

go_was_set() { [ "$(probe_count_go)" -gt "$1" ]; }

witness_ends_on_sigterm() {
    stop_witness || { echo "still running"; return 1; }
    echo "exit $(cat /run/doe-auditd.exit), $(our_probes) probes"
    [ "$(cat /run/doe-auditd.exit)" = 0 ] && [ "$(our_probes)" = 0 ]
}
