#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A bare-metal program that is not ours: memtest86+, as Debian has it, in a cell beside Debian's kernel, in Bochs. It tests the cell's memory, and finds no error. Its screen, which it copies to its serial
# port, is in FOLDER/life/serial2.txt, and printed as it was at the end. Usage: memtest-test.sh [FOLDER]. Needs .build/release/ostrog, and what apt says of memtest86+.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/guest.sh
guest_module ostrog Kernel/loader && guest_tool && scripts/image.sh "$base/image" || exit 1
# Unpacked, not installed: it would add itself to this machine's boot menu.
mkdir -p "$base/package"
(cd "$base/package" && { ls memtest86+_*.deb > /dev/null 2>&1 || apt-get download -qq memtest86+; } && dpkg-deb -x memtest86+_*.deb .) > "$base/package.log" 2>&1
program=$base/package/boot/memtest86+x64.bin
[ -e "$program" ] || { echo "memtest-test: no memtest86+ of version 6 (64-bit) to be had from apt:"; tail -3 "$base/package.log"; exit 1; }
BOCHS_SECONDS=${BOCHS_SECONDS:-900} scripts/linux.sh --folder "$base/life" Tests/Loader/memtest.sh "$base/ostrog.ko" configs/bochs.cell Tests/Loader/memtest.cell "$program=/memtest" \
  "$base/image/ostrog.bin=/lib/firmware/ostrog.bin" "${tool[@]}" > "$base/life.said" 2> "$base/life.errors"
said=$base/life.said
# The screen at the end: text, and moves of the cursor (ESC [ row ; column H).
python3 - "$base/life/serial2.txt" > "$base/screen" << 'END'
import re, sys
screen = [[" "] * 80 for _ in range(25)]
row = column = 0
text = open(sys.argv[1], "rb").read().decode("latin-1")
for move, letter in re.findall(r"\x1b\[([0-9;?]*[A-Za-z])|([^\x1b])", text):
    if move.endswith("H"):
        place = (move[:-1] or "1;1").split(";")
        row, column = int(place[0]) - 1, int(place[1]) - 1
    elif letter and letter >= " ":
        if row < 25 and column < 80: screen[row][column] = letter
        column += 1
print("\n".join("".join(line).rstrip() for line in screen).rstrip())
END
check "the guest's script runs to its end" grep -aq '^linux: end, status 0' "$said"
[ -s "$base/life.errors" ] && cat "$base/life.errors"
source scripts/said.sh
check "enable verifies, and is done" says 1 "enable /bochs.cell" 0 "enabled: /bochs.cell, verified"
check "the cell is verified, created, loaded and started" grep -aqxF "started: memtest" "$said"
check "memtest86+ shows its screen" grep -q 'Memtest86+ v' "$base/screen"
check "it knows how much memory the cell has" grep -qE 'Memory *: *8MB' "$base/screen"
check "it tests that" grep -qE 'Testing: .* of 7\.' "$base/screen"
check "and gets somewhere: several tests of a pass" grep -qE 'Test #[2-9]' "$base/screen"
check "and finds no error" grep -qE 'Errors: 0 *$' "$base/screen"
check "root works meanwhile" grep -aqE '^guest: root has hashed [1-9]' "$said"
check "the cell runs still" says 1 "cell list" 0 "memtest  running"
check "nobody was stopped" says 1 "explain" 0 "no CPU was stopped"
check "it is shut down, without being asked" says 1 "cell shutdown memtest" 0 "shut down: memtest"
check "and destroyed" says 1 "cell destroy memtest" 0 "CPUs 2 are root's again"
check "the module goes" grep -aqxF "guest: the module is gone" "$said"
check "Linux has nothing to complain of" [ "$(grep -ac '^guest: dmesg: ' "$said")" = 0 ]
cat "$base/screen"
end
