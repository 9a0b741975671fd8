#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/cell-linux-test.sh): root's side of a Linux that is a cell. What it must say stands there.
say() { echo "guest: $*"; }
cpus() { cat /sys/devices/system/cpu/online; }
tool() { echo "ostrog: $*"; ostrog "$@" 2>&1; echo "status: $?"; }
dmesg -n 1
[ ! -e /x2apic.ko ] || { insmod /x2apic.ko && say "x2APIC"; }
insmod /ostrog.ko
tool cell linux /bochs-linux.cell /linux
tool enable /bochs.cell
# What is no kernel takes no CPU.
tool cell linux /bochs-linux.cell /bochs.cell; say "online: $(cpus)"
tool cell linux /bochs-linux.cell /linux --initrd /cell.lz4 --append "$(cat /append)"; say "online: $(cpus)"
# Root works while the other Linux boots, and waits for it only to be looked at: its first program touches 8192 ports, and then begins the shell.
i=0
exits() { cat /sys/devices/jailhouse/cells/1/statistics/vmexits_pio; }
work() { sha256sum /bin/busybox > /dev/null; i=$((i + 1)); sleep 3; }
while [ $i -lt 90 ] && [ "$(exits)" -lt 8192 ]; do work; done
for turn in 1 2 3; do work; done
say "root has hashed $i times"
tool cell list
tool explain
tool cell stats --once linux
tool cell shutdown linux
tool cell destroy linux; say "online: $(cpus)"
tool disable
rmmod ostrog && say "the module is gone"
complaints
