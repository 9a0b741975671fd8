#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The tool's whole life under Debian's stock kernel with 4 CPUs in Bochs: `ostrog` with its libraries (STATIC=1: as one file), the module, the image, two cells' programs and configurations are put into an initial file system, and
# Tests/Loader/tool.sh uses them there; what the tool said is compared with what it must say. Each expectation is one check; the last line is `N passed, N failed`.
# Usage: tool-test.sh [FOLDER]. What the machine shows of itself (`config collect`) is left in FOLDER/machine. Needs .build/release/ostrog.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/guest.sh
guest_module ostrog Kernel/loader && guest_tool && guest_tick && scripts/image.sh "$base/image" || exit 1
# The machine's own module for MSRs.
msr=/lib/modules/$kernel/kernel/arch/x86/kernel/msr.ko
if [ -e "$msr.xz" ]; then xz -dc "$msr.xz" > "$base/msr.ko"; else cp "$msr" "$base/msr.ko"; fi || exit 1
# MOV DX, 0x2fd; IN AL, DX; HLT: the line status of a serial port that is root's.
printf '\xba\xfd\x02\xec\xf4' > "$base/stray.bin"
sed 's/machine: bochs/machine: made/' configs/bochs-tick.cell > "$base/made-tick.cell"
BOCHS_SECONDS=${BOCHS_SECONDS:-900} scripts/linux.sh --folder "$base/life" Tests/Loader/tool.sh "$base/ostrog.ko" "$base/msr.ko" configs/bochs.cell configs/bochs-tick.cell Tests/Loader/thief.cell \
  "$base/made-tick.cell" "$base/tick.bin" "$base/stray.bin" "$base/image/ostrog.bin=/lib/firmware/ostrog.bin" "${tool[@]}" > "$base/life.said" 2> "$base/life.errors"
said=$base/life.said
check "the guest's script runs to its end" grep -aq '^linux: end, status 0' "$said"
[ -s "$base/life.errors" ] && cat "$base/life.errors"
rm -rf "$base/machine"; mkdir -p "$base/machine"
sed -n '/^machine: begin/,/^machine: end/p' "$said" | grep -v '^machine: ' | base64 -d 2> /dev/null | tar xz -C "$base/machine" 2> /dev/null
check "what the machine shows of itself was collected" [ -s "$base/machine/sys/firmware/acpi/tables/APIC" ]

source scripts/said.sh
nothing_changed() { ! block 1 "enable --create /tmp/made.cell /made-tick.cell" | grep -q "changed since"; }
check "config create says what is worth: isolated" says 1 "config create -o /tmp/made.cell --machine made" 0 "made: isolated, 0 errors"
check "nothing lives before" says 1 "cell list" 0 "the hypervisor does not run"
check "without the module enable is refused by name" says 1 "enable /bochs.cell" 2 "there is no /dev/jailhouse" "insmod ostrog.ko"
check "hardware check finds all that is needed" says 1 "hardware check /bochs.cell" 0 "found    extended page tables" "found    VMX secondary controls" "this machine can carry the hypervisor"
check "a set that would not isolate is refused in verify's words" says 1 "enable /bochs.cell /bochs-tick.cell /thief.cell" 2 "error[M1]" "not isolated"
check "enable verifies, and is done" says 2 "enable /bochs.cell" 0 "enabled: /bochs.cell, verified"
check "a second one is refused by name" says 3 "enable /bochs.cell" 2 "the hypervisor runs already [EBUSY]"
check "root lives on four CPUs" says 2 "cell list" 0 " 0  root  running  0-3   -"
check "a cell is verified with what lives, and created" says 1 "cell create /bochs-tick.cell" 0 "created: tick, verified"
check "and has its CPU" grep -aqxF "guest: online: 0,2-3" "$said"
check "one that takes its memory is refused by verify" says 1 "cell create /thief.cell" 2 "error[M1]"
check "and by the core, where verify is not asked" says 1 "cell create --no-verify /thief.cell" 2 "it wants what somebody else has [EBUSY]"
check "an image that leaves its region is refused by name" says 1 "cell load tick /tick.bin@0xff000" 2 "longer than what is left of region 0"
check "an image is loaded" says 1 "cell load tick /tick.bin" 0 "loaded: /tick.bin"
check "the cell is started" says 1 "cell start tick" 0 "started: tick"
check "the list as JSON has it running" says 1 "cell list --json" 0 '"enabled": true' '"name": "tick"' '"state": "running"'
check "its exits are counted" says 1 "cell stats --once tick" 0 "TICK" "CPU 1" "hypercall"
check "a cell that is not is refused by name" says 1 "cell start nobody" 2 "there is no cell \`nobody\`" "there are: root, tick"
check "the console has its lines" grep -aqE '^guest: the console has [1-9][0-9]* lines of ticks' "$said"
check "and more of them while it is followed" grep -aqE '^guest: followed for three seconds, it has [1-9]' "$said"
check "it is shut down" says 1 "cell shutdown tick" 0 "shut down: tick"
check "a program that strays fails" says 3 "cell list" 0 "tick  failed"
check "explain names port, owner, the instruction, and the line that would allow it" says 1 "explain" 0 "cell tick was stopped: it read a byte from port 0x2fd" "the root cell's (ttyS1)" ': in al, dx   (/stray.bin, offset 0x' "devices: [ttyS1]"
check "the cell is destroyed" says 1 "cell destroy tick" 0 "destroyed: tick; CPUs 1 are root's again"
check "it is disabled" says 1 "disable" 0 "disabled"
check "what it has said, and whom it has stopped, is read from memory" says 1 "console --last /bochs.cell" 0 "tick: ticks = " "CPUs 0-3: left the hypervisor: disabled" "Ostrog: CPU 1 stopped, why 5, exit reason 1e, qualification 2fd0008" ", cell 1"
check "the file that was made carries this machine, and a cell" says 1 "enable --create /tmp/made.cell /made-tick.cell" 0 "enabled: /tmp/made.cell, verified" "created: tick, verified"
check "nothing has changed since the file was made" nothing_changed
check "of another machine it is said what is different" says 1 "hardware check /tmp/other.cell" 0 "the machine that the file was made for" "stepping 99" "this machine can carry the hypervisor"
check "both live" says 4 "cell list" 0 "root" "tick"
check "disable ends the cell, too" says 2 "disable" 0 "disabled; ended: tick"
check "then all CPUs are Linux'" grep -aqxF "guest: online: 0-3" "$said"
check "without a hypervisor disable is refused by name" says 3 "disable" 2 "the hypervisor does not run [EINVAL]"
check "the module goes" grep -aqxF "guest: the module is gone" "$said"
check "Linux has nothing to complain of" [ "$(grep -ac '^guest: dmesg: ' "$said")" = 0 ]
grep -aE '^guest: dmesg' "$said"
end
