#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A root cell that has turned: Debian's kernel in Bochs, with a module that reads and writes what is not root's, makes raw hypercalls, changes a configuration while it is read, sends interrupts to
# a cell's CPU, resets and sleeps (Kernel/loader/rogue, Tests/Loader/rogue.sh), while a cell ticks. Two boots, since two CPUs are given up in each. Each expectation is one check; the last line is `N passed, N failed`.
# Usage: rogue-test.sh [FOLDER]. OSTROG: the compiler of configurations (.build/release/ostrog).
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/guest.sh
guest_module ostrog Kernel/loader && guest_module rogue Kernel/loader/rogue && guest_issue && guest_tick && scripts/image.sh "$base/image" || exit 1
mkdir -p "$base/compiled"
"${OSTROG:-.build/release/ostrog}" config compile configs/bochs*.cell Tests/Loader/thief.cell --directory "$base/compiled" > /dev/null || exit 1
boot() { # part
  echo "$1" > "$base/part"
  BOCHS_SECONDS=${BOCHS_SECONDS:-600} scripts/linux.sh --folder "$base/boot$1" Tests/Loader/rogue.sh "$base/ostrog.ko" "$base/rogue.ko" "$base/issue=/bin/issue" "$base/part" "$base/tick.bin" \
    "$base/compiled/bochs.cell" "$base/compiled/bochs-tick.cell" "$base/image/ostrog.bin=/lib/firmware/ostrog.bin" "$base/compiled/thief.cell=/lib/firmware/thief.bin" \
    "$base/compiled/bochs-sensor.cell=/lib/firmware/sensor.bin" > "$base/boot$1.said" 2> "$base/boot$1.errors"
  said=$base/boot$1.said
  check "part $1: the guest's script runs to its end" grep -aq '^linux: end, status 0' "$said"
  [ -s "$base/boot$1.errors" ] && cat "$base/boot$1.errors"
}
says() { grep -aqxF -- "guest: $1" "$said"; }
like() { grep -aqxE -- "guest: $1" "$said"; }
boot 1
check "the cell ticks" says "tick goes on, before"
check "a cell over another's memory is refused" like "create 0 thief.bin: -(16|1)"
check "a configuration in the hypervisor's memory is refused" like "call 0 1 0x3a000000 0: -(12|14|22)"
check "and one in a cell's" like "call 0 1 0x3a600000 0: -(12|14|22)"
check "and one where there is nothing" like "call 0 1 0xfffffffffffff000 0: -(7|12|14|22)"
check "root is not destroyed" says "call 0 4 0 0: -22"
check "a cell that is not is ENOENT" says "call 0 2 77 0: -2"
check "a call that is none is ENOSYS" says "call 0 99 0 0: -38"
check "one CPU alone does not end the hypervisor" like "call 2 0 0 0: (-16|CPU 2 does not come back)"
check "interrupts for the cell's CPU do nothing" says "tick goes on, after interrupts that were not for it"
check "a raw hypercall creates a cell that may be" says "create 0 sensor.bin: 0"
check "and destroys it" says "call 0 4 5 0: 0"
check "a configuration that changes while it is read leaves nothing" like "race 0 sensor.bin 200: created sometimes, nothing left"
check "and no page in use" says "pages: 0"
check "root's CPU comes back after it" says "online: 0,2-3"
check "the cell ticks on" says "tick goes on, after the race"
check "the reset port stops root's CPU" says "out 3 0xcf9 6: CPU 3 does not come back"
check "the hypervisor's memory cannot be read" says "read 2 0x3a000000: CPU 2 does not come back"
check "the cell ticks on beside the stopped CPUs" says "tick goes on, after root's CPUs were stopped"
check "they are root's failed ones" says "root's failed CPUs: 2-3"
check "the cell has none" says "tick: running, failed: "
check "both are in the log" [ "$(grep -ac '^guest: Ostrog: CPU [23] stopped' "$said")" = 2 ]
grep -a '^guest: ' "$said"
boot 2
check "a cell's memory cannot be written" says "write 3 0x3a600000: CPU 3 does not come back"
check "sleep stops root's CPU" says "out2 2 0xb004 0x2000: CPU 2 does not come back"
check "the cell ticks on, its memory as it was" says "tick goes on, after root's CPUs were stopped"
check "they are root's failed ones" says "root's failed CPUs: 2-3"
grep -a '^guest: ' "$said"
end
