#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/rogue-test.sh): root's kernel turns against its hypervisor (Kernel/loader/rogue), beside a cell that ticks. What must come of it stands there. /part: which two CPUs are given up.
# On CPU 0 alone, where the timer that polls this script's port is then, too: the others' are lost with them.
if [ -z "${ALONE:-}" ]; then taskset -p 1 1 > /dev/null; ALONE=1 exec taskset 1 sh "$0"; fi
say() { echo "guest: $*"; }
tree=/sys/devices/jailhouse
order() { echo "$*" > /sys/module/rogue/parameters/order; say "$*: $(cat /sys/module/rogue/parameters/answer)"; }
ticks() { grep '^tick: ticks = ' $tree/console | tail -1; }
beats() { local before after; before=$(ticks); sleep 1.5; after=$(ticks); [ -n "$after" ] && [ "$before" != "$after" ] && say "tick goes on, $1"; }
dmesg -n 1
insmod /ostrog.ko; insmod /rogue.ko
issue enable /bochs.cell; issue create /bochs-tick.cell; issue load tick /tick.bin 0; issue start tick
for cpu in 2 3; do echo 0 > /sys/devices/system/cpu/cpu$cpu/online; echo 1 > /sys/devices/system/cpu/cpu$cpu/online; done
beats "before"
pages=$(cat $tree/mem_pool_used)
if [ "$(cat /part)" = 1 ]; then
  # Raw hypercalls: over others' memory, with addresses that are not root's, about cells that are not there.
  order create 0 thief.bin
  order call 0 1 0x3a000000 0
  order call 0 1 0x3a600000 0
  order call 0 1 0xfffffffffffff000 0
  order call 0 4 0 0
  order call 0 2 77 0
  order call 0 99 0 0
  order call 2 0 0 0
  # Interrupts for the cell's CPU: a vector, INIT, SIPI, NMI.
  order ipi 0 1 0x4030; order ipi 0 1 0x4500; order ipi 0 1 0x4610; order ipi 0 1 0x4400
  beats "after interrupts that were not for it"
  # A configuration that changes while it is read.
  echo 0 > /sys/devices/system/cpu/cpu3/online
  # Without a race it is created, and destroyed.
  order create 0 sensor.bin
  order call 0 4 5 0
  order race 0 sensor.bin 200
  say "pages: $(($(cat $tree/mem_pool_used) - pages))"
  echo 1 > /sys/devices/system/cpu/cpu3/online; say "online: $(cat /sys/devices/system/cpu/online)"
  beats "after the race"
  # What is stopped.
  order out 3 0xcf9 6
  order read 2 0x3a000000
else
  order write 3 0x3a600000
  order out2 2 0xb004 0x2000
fi
beats "after root's CPUs were stopped"
say "root's failed CPUs: $(cat $tree/cells/0/cpus_failed_list)"
say "tick: $(cat $tree/cells/1/state), failed: $(cat $tree/cells/1/cpus_failed_list)"
grep 'Ostrog: CPU . stopped' $tree/console | sed 's/^/guest: /'
