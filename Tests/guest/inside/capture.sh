#!/bin/sh
# The guest's first process when `capture` boots it. What it has to hand over goes to the second serial port, in base64.
# Its settings come on the kernel's command line: capture=btf hands over the kernel's type information; capture=trace with
# dev_offset=N, the offset of dev in struct pci_dev, hands over what kernel probes wrote while a mailbox was used.
export PATH=/usr/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/ttyS0 2>&1
mount -t tmpfs -o mode=0755 tmpfs /run
mount -t tracefs tracefs /sys/kernel/tracing
dmesg -n 1
stty -F /dev/ttyS1 raw 2>/dev/null || stty raw </dev/ttyS1

address=0000:0d:00.0
tracing=/sys/kernel/tracing
instance=$tracing/instances/capture
out=/run/out

hand_over() { gzip | base64 >/dev/ttyS1; }

# Those that the kernel does not take are only told: which there are differs by version.
add_probe() { # FILTER DEFINITION
    local event=${2%% *}
    event=${event#*:}
    if echo "$2" >>$tracing/kprobe_events 2>/dev/null; then
        echo "$2" >>$out/probes
        [ -z "$1" ] || echo "$1" >$instance/events/$event/filter || echo "no filter: $event"
        echo 1 >$instance/events/$event/enable
        mkdir -p $out/events
        cat $instance/events/$event/format >$out/events/${event#*/}
    else
        echo "$2" >>$out/probes-refused
    fi
}

add_probes() {
    local range='off >= 0x190 && off < 0x1a8'
    local here="$range && name == \"$address\""
    local device="+0(+$dev_offset(%di)):string"
    add_probe "$here" 'p:capture/cfgw pci_write_config comm=$comm name=+0(+0(%si)):string off=%r8:u64 count=%r9:u64 val=+0(%cx):x32'
    add_probe "$here" 'p:capture/cfgr pci_read_config comm=$comm name=+0(+0(%si)):string off=%r8:u64 count=%r9:u64'
    add_probe "$range" 'p:capture/procw proc_bus_pci_write comm=$comm val=+u0(%si):x32 count=%dx:u64 off=+0(%cx):u64'
    add_probe "$here" "p:capture/uwd pci_user_write_config_dword comm=\$comm name=$device off=%si:s32 val=%dx:x32"
    add_probe "$here" "p:capture/uww pci_user_write_config_word comm=\$comm name=$device off=%si:s32 val=%dx:x16"
    add_probe "$here" "p:capture/uwb pci_user_write_config_byte comm=\$comm name=$device off=%si:s32 val=%dx:x8"
    add_probe "$here" "p:capture/urd pci_user_read_config_dword comm=\$comm name=$device off=%si:s32"
    add_probe '' 'p:capture/kdone pci_doe_task_complete comm=$comm vid=+0(%di):x16 type=+2(%di):x8 rv=+40(%di):s32 rsp0=+0(+24(%di)):x32'
    add_probe '' 'p:capture/cdatdone cxl_doe_task_complete comm=$comm vid=+0(%di):x16 type=+2(%di):x8 rv=+40(%di):s32 rsp0=+0(+24(%di)):x32'
    add_probe '' "p:capture/submit pci_doe_submit_task comm=\$comm name=+0(+$dev_offset(+0(%di))):string cap=+8(%di):x16 vid=+0(%si):x16 type=+2(%si):x8 reqsz=+16(%si):u64 req0=+0(+8(%si)):x32"
    add_probe '' 'p:capture/kdoe pci_doe comm=$comm cap=doe_mb->cap_offset name=doe_mb->pdev->dev.kobj.name:string vendor:x16 type:x8 req0=+0(request):x32'
    add_probe '' 'r:capture/kdoe_ret pci_doe comm=$comm vendor=$arg2:x16 type=$arg3:x8 rsp0=+0($arg6):x32 ret=$retval:s32'
    add_probe "$range" 'r:capture/urd_ret pci_user_read_config_dword comm=$comm ret=$retval:s32 val=+0($arg3):x32 off=$arg2:s32'
    add_probe "$here" 'r:capture/cfgr_rv pci_read_config comm=$comm name=+0(+0($arg2)):string off=$arg5:u64 count=$arg6:u64 ret=$retval:s64 val=+0($arg4):x32'
    add_probe "${range//off/pos}" 'p:capture/uwd_btf pci_user_write_config_dword comm=$comm bus=dev->bus->number devfn=dev->devfn pos val'
}

# scenario NAME COMMAND…: what the probes wrote during it, as each processor's pages, and as the kernel's own text.
scenario() {
    local folder=$out/$1 processor
    echo "scenario $1"
    mkdir -p $folder
    shift
    echo 1 >$instance/tracing_on
    "$@" >$folder/truth
    echo 0 >$instance/tracing_on
    # Without its heading, and without where in the function the probe sits, which is always its start or its end.
    sed '/^#/d; s/([^)]*) //; s/  */ /g' $instance/trace >$folder/text
    for processor in 0 1; do
        # Read, not spliced: a page that is not full would not come. It blocks when nothing is left.
        timeout 2 dd if=$instance/per_cpu/cpu$processor/trace_pipe_raw of=$folder/cpu$processor bs=4096 2>/dev/null
        cat $instance/per_cpu/cpu$processor/stats >$folder/cpu$processor-stats
    done
    grep -c . $folder/truth
}

# The registers of the mailbox, by setpci or through /proc/bus/pci. Each access is written down: what was meant to happen.
poke() { # REGISTER VALUE
    echo "write $1 $2"
    case $road in
    setpci) setpci -s $address $1.l=$2 ;;
    proc) little_endian $2 | dd of=/proc/bus/pci/0d/00.0 bs=4 count=1 seek=$((0x$1 / 4)) conv=notrunc 2>/dev/null ;;
    esac
}
peek() { # REGISTER
    case $road in
    setpci) value=$(setpci -s $address $1.l) ;;
    proc) value=$(dd if=/proc/bus/pci/0d/00.0 bs=4 count=1 skip=$((0x$1 / 4)) 2>/dev/null | od -An -tx4 | tr -d ' ') ;;
    esac
    echo "read $1 $value"
}
little_endian() { printf "\\x${1:6:2}\\x${1:4:2}\\x${1:2:2}\\x${1:0:2}"; }

# exchange DWORD…: one object, and its response; leaves the response's third dword in `payload`.
exchange() {
    local dword length left
    for dword in "$@"; do poke 1a0 $dword; done
    poke 198 80000000
    value=00000000
    while [ $((0x$value & 0x80000000)) = 0 ]; do peek 19c; done
    peek 1a4 && poke 1a4 00000000
    peek 1a4 && poke 1a4 00000000
    length=$((0x$value & 0x3ffff))
    peek 1a4 && poke 1a4 00000000
    payload=$value
    left=$((length - 3))
    while [ $left -gt 0 ]; do
        peek 1a4 && poke 1a4 00000000
        left=$((left - 1))
    done
}

discovery() {
    local index=0
    while :; do
        exchange 00000001 00000003 $(printf %08x $index)
        index=$((0x$payload >> 24 & 0xff))
        [ $index != 0 ] || break
    done
}
cdat() {
    local handle=0
    while [ $handle != 65535 ]; do
        exchange 00021e98 00000003 $(printf %04x0000 $handle)
        handle=$((0x$payload >> 16 & 0xffff))
    done
}

by_setpci() { road=setpci; discovery; cdat; }
by_proc() { road=proc; discovery; }

# One process for a whole exchange, as a person does it who knows how long the answer is; bytes and words too.
in_one_process() {
    echo "write byte 198 00, word 19a 0000, 1a0 00000001, 00000003, 00000000, 198 80000000; read 19c, 1a4 three times:"
    setpci -s $address 198.b=0 19a.w=0 1a0.l=1 1a0.l=3 1a0.l=0 198.l=80000000 19c.l 1a4.l 1a4.l=0 1a4.l 1a4.l=0 1a4.l 1a4.l=0
}

kernel_cdat() { cat /sys/bus/cxl/devices/endpoint*/CDAT 2>/dev/null; }
wait_for_endpoint() { # COUNT
    local tries=100
    while [ "$(ls /sys/bus/cxl/devices | grep -c '^endpoint')" != $1 ] && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
    [ $tries -gt 0 ] || echo "endpoints: not $1 after 10 s" >/dev/ttyS0
    # Its driver reads the table after that.
    sleep 1
}
modprobe_cxl_pci() {
    modprobe cxl_pci
    wait_for_endpoint 1
    echo "the kernel's copy of the CDAT"
    kernel_cdat | od -An -v -tx4
}

# Somebody leaves a response unread, and the kernel takes it for the answer to its own request.
stolen_response() {
    local memory_device=$(ls /sys/bus/cxl/devices | grep '^mem' | head -1)
    echo "write 1a0 00000001, 00000003, 00000000, 198 80000000, and nothing is read"
    setpci -s $address 1a0.l=1 1a0.l=3 1a0.l=0 198.l=80000000
    echo $memory_device >/sys/bus/cxl/drivers/cxl_mem/unbind
    wait_for_endpoint 0
    echo $memory_device >/sys/bus/cxl/drivers/cxl_mem/bind
    wait_for_endpoint 1
    dmesg | grep -E 'DOE|CDAT'
    echo "the kernel's copy of the CDAT: $(kernel_cdat | wc -c) bytes"
}

look_with_lspci() {
    lspci -vvv -s $address | grep -F 'Capabilities: [190'
    echo "nothing is written"
}

case $capture in
btf) hand_over </sys/kernel/btf/vmlinux ;;
trace)
    mkdir -p $out $instance
    uname -r >$out/release
    cat $tracing/events/header_page >$out/header_page
    cat $tracing/events/header_event >$out/header_event
    # One that all processors share, and that programs can read too.
    echo mono >$instance/trace_clock
    # All but the one that takes the device; a probe in a module needs the module.
    for module in cxl_acpi cxl_port cxl_mem cxl_pmem; do modprobe $module; done
    add_probes
    scenario setpci by_setpci
    scenario setpci-in-one-process in_one_process
    scenario proc-bus-pci by_proc
    scenario lspci look_with_lspci
    scenario modprobe modprobe_cxl_pci
    scenario stolen-response stolen_response
    cat $tracing/kprobe_profile >$out/kprobe_profile
    (cd $out && find . -type f | sort | cpio -o -H newc 2>/dev/null) | hand_over
    dmesg
    ;;
*) echo "capture=btf or capture=trace" ;;
esac
echo CAPTURED
sync
poweroff -f
