#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian's stock kernel as root, and once more as a cell, on four CPUs in Bochs: the tool boots the second to a shell prompt on its own serial port (FOLDER/life/serial2.txt), while root hashes. Each
# expectation is one check; the last line is `N passed, N failed`. Usage: cell-linux-test.sh [--x2apic] [FOLDER]. Needs .build/release/ostrog. --x2apic: root turns to x2APIC mode first.
set -uo pipefail
cd "$(dirname "$0")/.."
mode=xapic
if [ "${1:-}" = --x2apic ]; then mode=x2apic; shift; fi
source scripts/guest.sh
more=()
if [ $mode = x2apic ]; then guest_module x2apic Kernel/loader/x2apic || exit 1; more=("$base/x2apic.ko"); fi
guest_module ostrog Kernel/loader && guest_tool && scripts/image.sh "$base/image" || exit 1

# The cell's initial file system: busybox, and a shell on the console.
tree=$base/cell; rm -rf "$tree"; mkdir -p "$tree"/{bin,dev,proc,sys}
cp "$(command -v busybox)" "$tree/bin/busybox"; ln -s busybox "$tree/bin/sh"
cat > "$tree/init" << 'END'
#!/bin/sh
/bin/busybox --install -s /bin
export PATH=/bin PS1='cell# '
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
echo "cell: here, $(uname -r), $(nproc) CPUs, $(grep MemTotal /proc/meminfo)"
grep -E 'ttyS|timer' /proc/interrupts
dmesg | grep -iE 'x2apic|hypervisor detected' | sed 's/^\[[^]]*\] /kernel: /'
# By these exits root sees that this place is reached: ports that nobody answers.
dd if=/dev/port of=/dev/null bs=4096 skip=1 count=2 2> /dev/null
exec sh -i < /dev/console > /dev/console 2>&1
END
chmod +x "$tree/init"
# Two CPUs: the kernel starts the second by INIT and SIPI.
sed 's/^cpus: 2$/cpus: 2-3/' configs/bochs-linux.cell > "$base/bochs-linux.cell"
(cd "$tree" && find . | cpio -o -H newc --quiet --owner=0:0 | lz4 -l -9 -q -c) > "$base/cell.lz4"
# As root's (scripts/linux.sh): each character costs thousands of ticks; nothing to measure by.
echo "${APPEND:-quiet nokaslr mitigations=off lpj=200000 random.trust_cpu=on idle=halt nowatchdog audit=0 apparmor=0 rcupdate.rcu_expedited=1 panic=-1 cryptomgr.notests}" > "$base/append"
BOCHS_SECONDS=${BOCHS_SECONDS:-1500} scripts/linux.sh --folder "$base/life" Tests/Loader/cell-linux.sh "$base/ostrog.ko" configs/bochs.cell "$base/bochs-linux.cell" "$base/append" "$base/cell.lz4" \
  "/boot/vmlinuz-$kernel=/linux" "${more[@]}" "$base/image/ostrog.bin=/lib/firmware/ostrog.bin" "${tool[@]}" > "$base/life.said" 2> "$base/life.errors"
said=$base/life.said
cell=$base/life/serial2.txt
check "the guest's script runs to its end" grep -aq '^linux: end, status 0' "$said"
[ -s "$base/life.errors" ] && cat "$base/life.errors"
source scripts/said.sh
check "without a hypervisor it is refused by name" says 1 "cell linux /bochs-linux.cell /linux" 2 "the hypervisor does not run"
check "enable verifies, and is done" says 1 "enable /bochs.cell" 0 "enabled: /bochs.cell, verified"
check "what is no kernel is refused by name" says 1 "cell linux /bochs-linux.cell /bochs.cell" 2 "is no Linux kernel"
check "and costs no CPU" grep -aqxF "guest: online: 0-3" "$said"
check "the cell is verified, created, loaded and started" grep -aqxF "started: linux" "$said"
check "its CPUs are gone from root" grep -aqxF "guest: online: 0-1" "$said"
check "the second Linux reaches its first program, on both CPUs" grep -aqE '^cell: here, .*, 2 CPUs' "$cell"
check "its UART interrupts" grep -aqE '^ *[0-9]+: .* IO-APIC +3-edge +ttyS1' "$cell"
if [ $mode = x2apic ]; then
  check "root is in x2APIC mode" grep -aqxF "guest: x2APIC" "$said"
  check "and so is the cell, whose kernel stays in it" grep -aqE '^kernel: .*Switched APIC routing to:? physical x2apic' "$cell"
fi
check "and a shell's prompt" grep -aq 'cell# ' "$cell"
check "root works meanwhile" grep -aqE '^guest: root has hashed [1-9]' "$said"
check "the cell runs still" says 1 "cell list" 0 "linux  running"
check "it is shut down" says 1 "cell shutdown linux" 0 "shut down: linux"
check "and destroyed" says 1 "cell destroy linux" 0 "CPUs 2-3 are root's again"
check "it is disabled" says 1 "disable" 0 "disabled"
check "the module goes" grep -aqxF "guest: the module is gone" "$said"
# In x2APIC mode two things are the test's own: its module reads ICR's MSR, which Linux would not, and Linux, which was not told that it is in that mode, wants a CPU that comes back out of it.
complaints() {
  local lines; lines=$(grep -a '^guest: dmesg: ' "$said") || return 0
  if [ $mode = xapic ]; then echo "$lines"; return; fi
  grep -E 'BUG|WARNING|Oops|unchecked|stall|lockup|allocation failure|beginning is lost' <<< "$lines" |
    grep -vE 'unchecked MSR access error: (RDMSR from 0x830 |WRMSR to 0x1b \(tried to write 0x00000000fee00000\))'
}
check "Linux has nothing to complain of" [ -z "$(complaints)" ]
grep -aE '^guest: dmesg' "$said"
echo "-- root's console"; grep -aE '^guest: |^started|^ +[01]  ' "$said"
echo "-- the cell's console"; tr -d '\r' < "$cell"; echo
end
