#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/linux-test.sh): the loader's whole life under Debian's kernel. Says what happens; what it must say stands there.
say() { echo "guest: $*"; }
cpus() { cat /sys/devices/system/cpu/online; }
tree=/sys/devices/jailhouse
# Messages of ours come by dmesg: on the serial port they would mix with the script's.
dmesg -n 1
hash() { issue hash "$1" > /dev/null && say "work goes on"; }
# With what it says of where time goes.
insmod /ostrog.ko dyndbg=+p && say "the module is loaded"
say "enabled: $(cat $tree/enabled)"
issue disable
issue hostile 1
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  issue enable /bochs.cell || exit 1
  [ $turn = 20 ] || issue disable || exit 1
done
say "enabled: $(cat $tree/enabled)"
say "root: $(cat $tree/cells/0/name), $(cat $tree/cells/0/state), CPUs $(cat $tree/cells/0/cpus_assigned_list), failed: $(cat $tree/cells/0/cpus_failed_list)"
hash 0.3
issue enable /bochs.cell
rmmod ostrog 2> /dev/null || say "the module stays while it is enabled"
# One process at each end: each costs a hundred exits (its beginning asks CPUID).
counters=$tree/cells/0/statistics
cat $counters/vmexits_* > /tmp/before; sleep 4; cat $counters/vmexits_* > /tmp/after
ls $counters | grep vmexits_ | sed 's/vmexits_//' > /tmp/names
say "exits in four idle seconds: $(paste /tmp/names /tmp/before /tmp/after | awk '$3 > $2 { printf "%s %d, ", $1, $3 - $2 }')"
# CPUs that Linux turns off and on itself.
echo 0 > /sys/devices/system/cpu/cpu3/online; say "online: $(cpus)"
issue disable
echo 1 > /sys/devices/system/cpu/cpu3/online; say "online: $(cpus)"
# Bad input, from three processes at once.
issue hostile 2 & issue hostile 3 & issue hostile 4; wait
# A cell's life.
issue create /bochs-tick.cell; say "online: $(cpus)"
say "tick: $(cat $tree/cells/1/state), CPUs $(cat $tree/cells/1/cpus_assigned_list)"
issue create /bochs-tick.cell
echo 1 > /sys/devices/system/cpu/cpu1/online 2> /dev/null || say "Linux does not start a cell's CPU"
issue start nobody
issue destroy root
issue load tick /tick.bin 0xfffffffffffff000
issue load tick /tick.bin 0xff000
issue load tick /tick.bin 0
issue start tick
hash 1
say "tick: $(cat $tree/cells/1/state)"
say "tick: exits: $(cat $tree/cells/1/statistics/cpu1/vmexits_total) of CPU 1, $(cat $tree/cells/1/statistics/vmexits_total) in all"
say "the hypervisor's log has $(grep -c '^tick: ticks = ' $tree/console) lines of ticks"
issue shutdown tick
say "tick: $(cat $tree/cells/1/state)"
issue destroy tick; say "online: $(cpus)"
say "pages used: $(cat $tree/mem_pool_used)"
issue create /zero.cell; say "zero: $(cat $tree/cells/1/state)"; issue destroy zero
# Configurations that are nearly right.
issue mangled 1 /bochs-tick.cell
say "after mangled ones: online $(cpus), cells $(ls $tree/cells | tr '\n' ' '), pages used: $(cat $tree/mem_pool_used)"
# A PCI function with a driver: the disk controller.
while read -r module; do insmod "$module"; done < /drivers
function=/sys/bus/pci/devices/0000:00:01.1
controller() { driver=$(readlink $function/driver); say "controller: $1: ${driver##*/}, $(ls $function | grep -c '^ata') ports, $(od -An -tx1 -N2 $function/config | tr -d ' ')"; }
controller "before"
issue create /disk.cell
controller "in a cell"
issue create /disk-other.cell
echo 0000:00:01.1 > /sys/bus/pci/drivers/ata_piix/bind 2> /dev/null || say "controller: Linux' driver does not get it"
[ -e /sys/bus/pci/drivers/ostrog/unbind ] || say "controller: nobody unbinds it"
issue destroy disk
controller "after it"
issue create /disk-refused.cell
controller "after a refusal"
rmmod ata_piix 2> /dev/null
issue create /disk.cell
issue disable
controller "without a driver"
issue enable /bochs.cell
# With a cell alive: it goes first.
issue create /bochs-tick.cell
issue load tick /tick.bin 0
issue start tick
hash 0.2
say "root at last: failed: $(cat $tree/cells/0/cpus_failed_list)"
issue disable
say "enabled: $(cat $tree/enabled)"
say "online: $(cpus)"
# What was said last can still be read, once for each reader.
say "what was said before: $(timeout 2 cat /dev/jailhouse | grep -c '^tick: ') lines of tick's"
hash 0.3
rmmod ostrog && say "the module is gone"
say "VMX: $(grep -c '^flags.* vmx' /proc/cpuinfo)"
complaints
# KVM, loaded before the hypervisor comes: asked for a virtual machine then, it has to say no.
if [ -s /kvm ]; then
  while read -r module; do insmod "$module" enable_virt_at_load=0 2> /dev/null || insmod "$module"; done < /kvm
  [ -e /dev/kvm ] && say "KVM is there"
  insmod /ostrog.ko && issue enable /bochs.cell && issue machine
  hash 0.1
  issue disable && rmmod ostrog && say "the module is gone again"
  issue machine
  dmesg | grep -E 'BUG|Oops|general protection|unchecked' | sed 's/^/guest: KVM: /'
fi
# Linux does not sleep under the hypervisor. And it ends (/init powers off) with a cell alive and a CPU off: the hypervisor goes before, which is seen on the console.
insmod /ostrog.ko && issue enable /bochs.cell
if grep -q freeze /sys/power/state 2> /dev/null; then
  echo freeze 2> /dev/null > /sys/power/state && say "Linux has slept" || say "Linux is not put to sleep: $(dmesg | grep -c 'ostrog: no suspend while')"
fi
issue create /bochs-tick.cell
echo 0 > /sys/devices/system/cpu/cpu3/online
say "it ends with CPUs $(cpus) and cells $(ls $tree/cells | tr '\n' ' ')"
dmesg | grep -oE 'ostrog: (enable|create|destroy): .*: [0-9]+ ticks' | sed 's/^ostrog: /guest: part: /'
dmesg -n 7
