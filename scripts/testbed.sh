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
tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
tool() { if [ -x "$tools/$1" ]; then echo "$tools/$1"; else command -v "$1"; fi; }
"$root/scripts/image.sh" "${debug[@]}" "$out"
ostrog=${OSTROG:-$root/.build/release/ostrog}
system=testbed.cell cells=$root/Kernel/testbed/cells.S bed_flags=()
if [ -n "${REPLAY:-}" ]; then
  cp "$REPLAY"/*.cell "$REPLAY"/witness.h "$REPLAY"/cells.S "$out"
  # The script that is not run leaves its helpers unused.
  system=machine.cell cells=$out/cells.S bed_flags=(-DREPLAY "-I$out" -Wno-unused)
else
  "$ostrog" config compile "$root"/Kernel/testbed/cells/*.cell --directory "$out" > /dev/null
fi
cd "$out"
flags=(--target=x86_64-unknown-none-elf -ffreestanding -mno-sse -mno-mmx -mno-red-zone -fno-pic -mcmodel=kernel -O2 -Wall -Wextra -Werror)
inmates=$root/Kernel/inmates
for file in start.S text.c inmate.c tick.c attack.c; do
  "$(tool clang)" "${flags[@]}" -c -o "inmate-${file%.*}.o" "$inmates/$file"
done
for name in tick attack; do
  "$(tool ld.lld)" -static -T "$inmates/inmate.ld" -o $name.elf inmate-start.o inmate-text.o inmate-inmate.o inmate-$name.o
  "$(tool llvm-objcopy)" -O binary $name.elf $name.bin
done
bed=$root/Kernel/testbed
for file in "$bed/start.S" "$cells" "$bed/root.c" "$bed/talk.c" "$bed/ports.c" "$bed/leave.c"; do
  name=${file##*/}
  "$(tool clang)" "${flags[@]}" -ffunction-sections "${mode[@]}" "${bed_flags[@]}" -c -o "${name%.*}.o" "$file"
done
"$(tool ld.lld)" -static --gc-sections -T "$bed/root.ld" -o root.elf start.o cells.o root.o talk.o ports.o leave.o inmate-text.o
"$(tool llvm-objcopy)" -O binary root.elf root.bin
"$(tool clang)" "${flags[@]}" -c -o boot.o "$bed/boot.S"
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
cat > bochsrc << EOF
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=$parallel, serial=1, gameport=0, iodebug=1, busmouse=0
config_interface: textconfig
display_library: term
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=corei7_skylake_x, count=4, ips=50000000, quantum=16, reset_on_triple_fault=0, ignore_bad_msrs=1, cpuid_limit_winnt=0
clock: sync=none, time0=1700000000, rtc_sync=0
pci: enabled=1, chipset=i440fx
ata0: enabled=0
ata1: enabled=0
floppya: 1_44=boot.bin, status=inserted
boot: floppy
floppy_bootsig_check: disabled=1
com1: enabled=1, mode=file, dev=serial.txt
com2: enabled=1, mode=file, dev=serial2.txt
com3: enabled=1, mode=file, dev=serial3.txt
${port}panic: action=fatal
error: action=ignore
log: bochs.log
optramimage1: file=root-1.bin, address=0x400000
${more}optramimage2: file=ostrog.bin, address=0x3a000000
optramimage3: file=$system, address=$(printf '0x%x' $config)
EOF
echo c > dbg.rc
: > serial.txt; : > serial2.txt; : > serial3.txt
TERM=xterm timeout "${BOCHS_SECONDS:-300}" script -qec "bochs -q -f bochsrc -rc dbg.rc" /dev/null > screen.txt 2>&1 < /dev/null || true
tr -d '\r' < serial.txt
grep -q "Shutdown port: shutdown requested" bochs.log || { tail -20 bochs.log >&2; exit 1; }
