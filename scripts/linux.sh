#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots Debian's stock kernel with 4 CPUs in Bochs, and runs a shell script there. Usage: linux.sh [--folder FOLDER] SCRIPT [FILE…]: the files are
# in the guest's root directory (FILE=PATH: at that path), and the script runs there, in busybox. What it says goes to the third serial port, FOLDER/serial3.txt, and is
# printed; kernel and hypervisor have the first, FOLDER/serial.txt, where their lines may mix; the second is for cells. Exit: 0 where the script ran to its end with status 0, else 1, with the reason. KERNEL: which one, of this
# machine or of scripts/kernels.sh (default: the newest in /boot for the cloud);
# BOCHS_SECONDS: how long it may take (300); MEMMAP: what is kept off Linux (default: what configs/bochs.cell takes; empty: nothing); MORE: more kernel parameters.
set -euo pipefail
source "$(dirname "$0")/bochs.sh"
out=
if [ "${1:-}" = --folder ]; then out=$2; shift 2; fi
[ $# -ge 1 ] || { sed -n 3,7p "$0" >&2; exit 2; }
script=$1; shift
if [ -z "$out" ]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; fi
mkdir -p "$out"; out=$(cd "$out" && pwd)
kernel=${KERNEL:-$(newest_kernel)}
vmlinuz=$(kernel_tree "$kernel")/boot/vmlinuz-$kernel
for need in "$vmlinuz" /usr/lib/grub/i386-pc /usr/bin/grub-mkrescue /usr/bin/xorriso /usr/bin/mformat /usr/bin/cpio /usr/bin/lz4 /usr/bin/bochs; do
  [ -e "$need" ] || { echo "linux: no $need here; scripts/install.sh --for-linux installs what this takes" >&2; exit 1; }
done
busybox=$(command -v busybox) || { echo "linux: no busybox here; scripts/install.sh --for-linux" >&2; exit 1; }

# The initial file system: busybox, the files, and the script.
tree=$out/tree; rm -rf "$tree"; mkdir -p "$tree"/{bin,dev,proc,sys,tmp,lib/firmware}
cp "$busybox" "$tree/bin/busybox"
gcc -O2 -static -Wall -Wextra -Werror -s -o "$tree/bin/serial" "$(dirname "$0")/../Tests/Loader/serial.c"
for name in sh mount; do ln -s busybox "$tree/bin/$name"; done
cp "$script" "$tree/run.sh"; install -m 755 "$(dirname "$0")/../Tests/Loader/complaints.sh" "$tree/bin/complaints"
for file in "$@"; do
  to=${file#*=}; from=${file%%=*}
  [ "$to" != "$file" ] || to=/${file##*/}
  mkdir -p "$tree/${to%/*}"; cp "$from" "$tree/$to"
done
cat > "$tree/init" << 'END'
#!/bin/sh
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
/bin/busybox --install -s /bin
export PATH=/bin
# On CPU 0, which no cell takes.
mkfifo /tmp/says; taskset 1 serial 0x3e8 < /tmp/says & exec > /tmp/says 2>&1
echo "linux: here, $(uname -r), $(nproc) CPUs"
# /bin/complaints looks behind this line.
echo "complaints are looked for from here on" > /dev/kmsg
sh /run.sh; status=$?
echo "linux: end, status $status"
# The serial port is slower than the way to the power.
exec > /dev/null 2>&1; wait
poweroff -f
END
chmod +x "$tree/init"
disc=$out/disc; rm -rf "$disc"; mkdir -p "$disc/boot/grub"
# LZ4: to inflate gzip takes a minute of the guest's time.
(cd "$tree" && find . | cpio -o -H newc --quiet --owner=0:0 | lz4 -lcq) > "$disc/boot/initrd"
cp "$vmlinuz" "$disc/boot/linux"
memmap=${MEMMAP-242M\$0x30000000}
# What Bochs says of XSAVE Linux finds inconsistent: 6.1 and 6.12 live with that, 5.10 does by halves, 7.3 not at all. And 5.10 takes Bochs' processors of one thread for threads of one
# core, and starts none but the first.
case $kernel in 6.1.* | 6.12.*) ;; *) MORE="noxsave ${MORE:-}"; BOCHS_CPUS=2:1:2 ;; esac
# `quiet`: each character costs thousands of ticks. The TSC's frequency is Bochs' `ips`. GRUB would take `$0` for a variable of its own.
line="console=ttyS0,115200 nokaslr mitigations=off tsc=reliable no_timer_check tsc_early_khz=50000 lpj=200000 random.trust_cpu=on
  idle=halt quiet nowatchdog audit=0 apparmor=0 intel_iommu=off ${memmap:+memmap=${memmap//\$/\\\$}} panic=-1 oops=panic
  cryptomgr.notests ${MORE:-}"
cat > "$disc/boot/grub/grub.cfg" << END
set timeout=0
menuentry linux {
  linux /boot/linux $(echo $line)
  initrd /boot/initrd
}
END
grub-mkrescue --compress=no --locales= --themes= --fonts= -d /usr/lib/grub/i386-pc -o "$out/linux.iso" "$disc" > "$out/grub.txt" 2>&1 || {
  tail -5 "$out/grub.txt" >&2; exit 1; }
cd "$out"
bochs_machine
cat >> bochsrc << END
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=linux.iso, status=inserted
boot: cdrom
port_e9_hack: enabled=1
END
# Ends by itself: Linux powers off, which Bochs calls fatal; or soon after the script, where Linux cannot.
began=$(date +%s)
boot_bochs "${BOCHS_SECONDS:-300}" serial3.txt '^linux: end'
took=$(($(date +%s) - began))
tr -d '\r' < serial3.txt
if grep -aq '^linux: end, status 0' <(tr -d '\r' < serial3.txt); then echo "linux: done in $took s"; exit 0; fi
{
  if grep -aq '^linux: end' serial3.txt; then echo "linux: the script failed"
  elif [ "$took" -ge "${BOCHS_SECONDS:-300}" ]; then echo "linux: not at its end after $took s"
  else echo "linux: Bochs ended before the script did"; fi
  echo "-- bochs.log says:"; grep -aE 'PANIC|>>|VMFAIL|VMENTER|triple|shutdown' bochs.log | tail -5
  tail -3 bochs.log
  echo "-- the kernel's last lines:"; tail -5 serial.txt
} >&2
exit 1
