# Is the guest sound: a device, its driver, journald, and a probe that counts? Without this no result of the
# daemon's checks means anything.

address=0000:0d:00.0
mailbox=$address@190
serial=00-00-00-00-00-00-12-34

run_guest_checks() {
    check kernel_is_up
    check journald_takes_and_gives_back
    check cxl_driver_holds_the_device
    check kernel_has_read_the_cdat
    check lspci_shows_the_mailbox
    check probe_is_set
    check probe_counts_a_write_and_not_a_read
}

kernel_is_up() {
    echo "Linux $(uname -r), up $(uptime_seconds) s"
}

# kernel_is_at_least MAJOR MINOR
kernel_is_at_least() {
    uname -r | awk -F. -v major="$1" -v minor="$2" '{ exit !($1 > major || ($1 == major && $2 + 0 >= minor)) }'
}

journald_takes_and_gives_back() {
    local line="doe-audit guest test $$"
    echo "$line" | systemd-cat || { echo "systemd-cat failed"; return 1; }
    wait_for 5 sh -c "journalctl --quiet -o cat | grep -qF '$line'" || { echo "the entry cannot be read back"; return 1; }
    echo "an entry was written and read back"
}

cxl_driver_holds_the_device() {
    local driver
    driver=$(readlink /sys/bus/pci/devices/$address/driver) || { echo "no driver on $address"; return 1; }
    echo "${driver##*/} on $address, $(cat /sys/bus/pci/devices/$address/vendor) $(cat /sys/bus/pci/devices/$address/device)"
    [ "${driver##*/}" = cxl_pci ]
}

# The kernel reads the table through the same mailbox when the driver binds, and gives it to root as a file.
# The number of the endpoint changes when the driver binds anew.
kernel_cdat_file() { ls /sys/bus/cxl/devices/endpoint*/CDAT 2>/dev/null | head -1; }

kernel_cdat_is_gone() { [ -z "$(kernel_cdat_file)" ]; }

# Takes a copy into /run/seen/kernel-cdat-now. An empty table does not count: so it looks when the kernel's exchange
# failed, which is the harm that somebody else's write to the mailbox does.
kernel_cdat_is_there() {
    cat "$(kernel_cdat_file)" >/run/seen/kernel-cdat-now && [ -s /run/seen/kernel-cdat-now ]
}

kernel_has_read_the_cdat() {
    local bytes said sum
    wait_for 10 kernel_cdat_is_there || { echo "no CDAT at /sys/bus/cxl/devices/endpoint*/CDAT, or an empty one"; return 1; }
    cp /run/seen/kernel-cdat-now /run/seen/kernel-cdat
    bytes=$(wc -c </run/seen/kernel-cdat)
    # Its first four bytes are its own length, and all its bytes add up to 0 modulo 256.
    said=$(od -An -tu4 -N4 /run/seen/kernel-cdat | tr -d ' ')
    sum=$(od -An -v -tu1 /run/seen/kernel-cdat | awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum % 256 }')
    echo "$(kernel_cdat_file): $bytes bytes, its header says $said, checksum $sum"
    [ "$bytes" = "$said" ] && [ "$sum" = 0 ]
}

# As lspci shows it: by name where it knows the capability, by its number (0x2e) where it is older.
lspci_shows_the_mailbox() {
    local line
    line=$(lspci -vvv -s $address | grep -E 'Capabilities: \[190 v[0-9]+\]')
    echo "$line" | sed 's/^[[:space:]]*//'
    echo "$line" | grep -qiE 'Data Object Exchange|0x2e|002e'
}

probe_is_set() {
    probe_start || { echo "the kernel did not take the probe"; return 1; }
    echo "pci_user_write_config_{byte,word,dword}, where $mailbox_registers"
}

# Proves the probe both ways: it sees a write, and it does not take anything else for one. The write is harmless:
# the control register (capability + 8) with neither abort nor go.
probe_counts_a_write_and_not_a_read() {
    local at_first after_read after_write
    at_first=$(probe_count)
    setpci -s $address 198.l >/dev/null || return 1
    after_read=$(probe_count)
    setpci -s $address 198.l=0 || return 1
    after_write=$(probe_count)
    echo "setpci: $at_first, $after_read after a read, $after_write after a write ($(probe_last 1))"
    [ "$at_first/$after_read/$after_write" = 0/0/1 ]
}
