#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The simulator beside Bochs: random page tables, bitmaps and VMCS fields, the same for both; what comes of each must be the same. Usage:
# compare.sh [SEED [FOLDER]]. Boots once. What Bochs told stays in FOLDER/told.txt (.build/compare: `make mutants` judges it again). Needs
# .build/release/compare (or COMPARE). Ends with `N passed, N failed`.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
seed=${1:-1} out=${2:-$root/.build/compare}
compare=${COMPARE:-$root/.build/release/compare}
mkdir -p "$out"; out=$(cd "$out" && pwd)
source "$root/scripts/bare.sh"
source "$root/scripts/bochs.sh"
cd "$out"
rm -f told.txt
"$compare" draw "$seed" disk.img
for file in compare/start.S compare/main.c testbed/boot.S; do
  name=${file##*/}
  "$(tool clang)" "${bare_flags[@]}" -c -o "${name%.*}.o" "$root/Kernel/$file"
done
"$(tool ld.lld)" -static -T "$root/Kernel/compare/link.ld" -o compare.elf start.o main.o
"$(tool llvm-objcopy)" -O binary compare.elf compare.bin
"$(tool ld.lld)" -static -e boot -T "$root/Kernel/testbed/boot.ld" -o boot.elf boot.o
"$(tool llvm-objcopy)" -O binary boot.elf boot.bin
truncate -s 1474560 boot.bin
bochs_machine 1
cat >> bochsrc << END
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=disk.img, mode=flat, cylinders=$(($(stat -c %s disk.img) / 516096)), heads=16, spt=63
floppya: 1_44=boot.bin, status=inserted
boot: floppy
parport1: enabled=1, file=told.txt
optramimage1: file=compare.bin, address=0x400000
END
boot_bochs "${BOCHS_SECONDS:-120}"
grep -q "Shutdown port: shutdown requested" bochs.log || tail -20 bochs.log
exec "$compare" judge told.txt
