# A witness of our own, independent of the daemon's: kernel probes that count config writes from userspace to the
# mailbox's registers. Every userspace road to config space goes through these kernel functions (sysfs, /proc/bus/pci,
# VFIO). A tracing instance and an event group of our own: what the daemon probes or clears does not touch us.
# Nothing is ever cleared: a check counts before and after.

tracing=/sys/kernel/tracing
instance=$tracing/instances/doe_guest_test
widths="byte word dword"

# The mailbox at 0x190: capabilities, control, status, write and read register.
mailbox_registers='offset >= 0x194 && offset <= 0x1a7'

probe_start() {
    local width
    mkdir $instance || return 1
    for width in $widths; do
        echo "p:doe_guest_test/write_$width pci_user_write_config_$width offset=\$arg2:s32 value=\$arg3:x32" \
            >>$tracing/kprobe_events || return 1
        echo "$mailbox_registers" >$instance/events/doe_guest_test/write_$width/filter || return 1
        echo 1 >$instance/events/doe_guest_test/write_$width/enable || return 1
    done
}

# How many writes were seen up to now.
probe_count() { grep -c ': write_' $instance/trace; }

# How many of them set GO (bit 31 of the control register at 0x198, which is 408): one an exchange.
probe_count_go() { grep -cE 'offset=408 value=0x[89a-f][0-9a-f]{7}$' $instance/trace; }

# The last writes themselves, for a person who wonders.
probe_last() { grep ': write_' $instance/trace | tail -"$1" | sed 's/.*\(write_[a-z]*\): ([^)]*) /\1 /' | tr '\n' ';'; }
