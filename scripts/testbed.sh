#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots the hypervisor in Bochs, under the bare-metal root of Kernel/testbed. Usage: testbed.sh [--oracle] [--xapic] [FOLDER]. What was said on the
# serial port is FOLDER/serial.txt; it is printed. Exit 0 where Bochs ended because root asked for it. --xapic: the CPUs' APICs stay in
# xAPIC mode, and root goes through a shorter script. --oracle: a debug image runs, which tells of every transition on the parallel port,
# FOLDER/oracle.txt. With REPLAY=FOLDER, which `verify --replay` has written, that set is booted, and one of its cells tries one thing
# (scripts/replay.py).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mode=() debug=() parallel=0
if [ "${1:-}" = --oracle ]; then debug=(--oracle) parallel=1; shift; fi
if [ "${1:-}" = --xapic ]; then mode=(-DXAPIC); shift; fi
out=${1:-}
if [ -z "$out" ]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; fi
mkdir -p "$out"; out=$(cd "$out" && pwd)
source "$root/scripts/bare.sh"
source "$root/scripts/bochs.sh"
"$root/scripts/image.sh" "${debug[@]}" "$out"
ostrog=${OSTROG:-$root/.build/release/ostrog}
system=testbed.cell cells=$root/Kernel/testbed/cells.S bed_flags=()
if [ -n "${REPLAY:-}" ]; then
  cp "$REPLAY"/*.cell "$REPLAY"/witness.h "$REPLAY"/cells.S "$out"
  # The script that is not run leaves its helpers unused.
  system=machine.cell cells=$out/cells.S bed_flags=(-DREPLAY "-I$out" -Wno-unused)
else
  beds=$root/Kernel/testbed/cells
  compile() { "$ostrog" config compile "$beds/testbed.cell" "${@/#/$beds/}" --directory "$out" > /dev/null; }
  compile first.cell second.cell attacker.cell
  # It is made when the others have gone: it has their CPUs.
  compile smp.cell
fi
cd "$out"
inmates "$root/Kernel/inmates" tick attack smp
bed=$root/Kernel/testbed
python3 "$root/Tests/Fuzz/worst.py" asm > worst.S
for file in "$bed/start.S" "$cells" "$bed/root.c" "$bed/talk.c" "$bed/ports.c" "$bed/dry.c" "$bed/smp.c" "$bed/corrupt.c" "$bed/worst.c" worst.S "$bed/leave.c"; do
  name=${file##*/}
  "$(tool clang)" "${bare_flags[@]}" -ffunction-sections "${mode[@]}" "${bed_flags[@]}" -c -o "${name/./-}.o" "$file"
done
"$(tool ld.lld)" -static --gc-sections -T "$bed/root.ld" -o root.elf start-S.o cells-S.o {root,talk,ports,dry,smp,corrupt,worst,leave}-c.o worst-S.o inmate-text.o
"$(tool llvm-objcopy)" -O binary root.elf root.bin
"$(tool clang)" "${bare_flags[@]}" -c -o boot.o "$bed/boot.S"
"$(tool ld.lld)" -static -T "$bed/boot.ld" -o boot.elf boot.o
"$(tool llvm-objcopy)" -O binary boot.elf boot.bin
# A floppy: the boot sector alone. What else there is Bochs puts into memory: root at 4 MiB, the image, the configuration behind the
# CPUs' blocks.
truncate -s 1474560 boot.bin
# Bochs keeps memory in blocks of 128 KiB, and puts what crosses a border where it does not belong.
head -c 131072 root.bin > root-1.bin
tail -c +131073 root.bin > root-2.bin
[ "$(stat -c %s root-2.bin)" -le 131072 ] || { echo "root is larger than two blocks of Bochs' memory" >&2; exit 1; }
port=
if [ "$parallel" = 1 ]; then port="parport1: enabled=1, file=oracle.txt"$'\n'; fi
more=
if [ -s root-2.bin ]; then more="optramimage4: file=root-2.bin, address=0x420000"$'\n'; fi
core_size=$(od -An -t u8 -j 8 -N 8 ostrog.bin | tr -d ' ')
config=$((0x3a000000 + core_size + 4 * 0x10000))
bochs_machine "$parallel"
: > serial3.txt
cat >> bochsrc << EOF
ata0: enabled=0
floppya: 1_44=boot.bin, status=inserted
boot: floppy
com3: enabled=1, mode=file, dev=serial3.txt
${port}optramimage1: file=root-1.bin, address=0x400000
${more}optramimage2: file=ostrog.bin, address=0x3a000000
optramimage3: file=$system, address=$(printf '0x%x' $config)
EOF
boot_bochs "${BOCHS_SECONDS:-300}"
tr -d '\r' < serial.txt
grep -q "Shutdown port: shutdown requested" bochs.log || { tail -20 bochs.log >&2; exit 1; }
