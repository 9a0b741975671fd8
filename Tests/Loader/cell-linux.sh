#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/cell-linux-test.sh): root's side of a Linux that is a cell. What it must say stands there.
say() { echo "guest: $*"; }
cpus() { cat /sys/devices/system/cpu/online; }
tool() { echo "ostrog: $*"; ostrog "$@" 2>&1; echo "status: $?"; }
dmesg -n 1
insmod /ostrog.ko
tool cell linux /bochs-linux.cell /linux
tool enable /bochs.cell
# What is no kernel takes no CPU.
tool cell linux /bochs-linux.cell /bochs.cell; say "online: $(cpus)"
tool cell linux /bochs-linux.cell /linux --initrd /cell.lz4 --append "$(cat /append)"; say "online: $(cpus)"
# Root works while the other Linux boots, and does not wait for it.
# The kernel unpacks itself first, which takes no exit and a minute; when it has looked for hardware, it takes half a minute more.
i=0
work() { sha256sum /bin/busybox > /dev/null; i=$((i + 1)); sleep 3; }
while [ $i -lt 60 ] && [ "$(cat /sys/devices/jailhouse/cells/1/statistics/vmexits_pio)" -lt 100 ]; do work; done
for turn in $(seq 1 20); do work; done
say "root has hashed $i times"
tool cell list
tool explain
tool cell stats --once linux
tool cell shutdown linux
tool cell destroy linux; say "online: $(cpus)"
tool disable
rmmod ostrog && say "the module is gone"
dmesg | sed '1,/ostrog: loading/d' | grep -E 'BUG|Oops|unchecked|Call Trace|rcu.*stall|soft lockup' | sed 's/^/guest: dmesg: /'
