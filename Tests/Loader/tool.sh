#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/tool-test.sh): a hypervisor's and a cell's life, by the tool alone. What it must say stands there.
say() { echo "guest: $*"; }
cpus() { cat /sys/devices/system/cpu/online; }
# Each command's status, and its words.
tool() { echo "ostrog: $*"; ostrog "$@" 2>&1; echo "status: $?"; }
dmesg -n 1
insmod /msr.ko
tool config collect /tmp/machine
(cd /tmp/machine && tar cz .) > /tmp/machine.tgz
echo "machine: begin"; base64 /tmp/machine.tgz; echo "machine: end"
tool config create -o /tmp/made.cell --machine made
tool cell list
tool enable /bochs.cell
insmod /ostrog.ko && say "the module is loaded"
tool hardware check /bochs.cell
# A set that would not isolate.
tool enable /bochs.cell /bochs-tick.cell /thief.cell
tool enable /bochs.cell
tool enable /bochs.cell
tool cell list
tool cell create /bochs-tick.cell; say "online: $(cpus)"
tool cell create /thief.cell
tool cell create --no-verify /thief.cell
tool cell load tick /tick.bin@0xff000
tool cell load tick /tick.bin
tool cell start tick
sleep 1
tool cell list --json
tool cell stats --once tick
tool cell start nobody
timeout 3 ostrog console -f > /tmp/follow; say "followed for three seconds, it has $(grep -c '^tick: ticks = ' /tmp/follow)"
tool console > /tmp/console; say "the console has $(grep -c '^tick: ticks = ' /tmp/console) lines of ticks"
# A cell that fails: the same program, told to read what is not its own.
tool cell shutdown tick
tool cell load tick /stray.bin
tool cell start tick
sleep 1
tool cell list
tool explain
tool cell destroy tick; say "online: $(cpus)"
# What `config create` wrote carries this very machine.
tool disable
# What was said, and who was stopped, is still there.
tool console --last /bochs.cell
printf 'cells:\n  tick: 1M\n' >> /tmp/made.cell
# A machine that is another by then.
sed 's/ stepping [0-9]*/ stepping 99/' /tmp/made.cell > /tmp/other.cell
tool hardware check /tmp/other.cell
tool enable --create /tmp/made.cell /made-tick.cell
tool cell list
tool disable
say "online: $(cpus)"
tool disable
rmmod ostrog && say "the module is gone"
tool disable
complaints
