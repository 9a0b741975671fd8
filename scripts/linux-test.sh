#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The loader's whole life under Debian's stock kernel with 4 CPUs in Bochs: builds module, image, configurations and an inmate, boots (scripts/linux.sh), and compares what was
# said with what must be. A second boot has no memory kept off Linux. Each expectation is one check; the last line is `N passed, N failed`. What is measured is printed and not judged.
# Usage: linux-test.sh [FOLDER]. KERNEL: this kernel and no other. OSTROG: the compiler of configurations (.build/release/ostrog).
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/guest.sh

# The module for each kernel whose headers are there, and for those of other Debian releases, or for the one that is named; without warnings.
module() { build_module "$1" Kernel/loader "$base/module-$1" && ! grep -E 'warning:|error:' "$base/module-$1.log"; }
releases=("$kernel")
if [ -z "${KERNEL:-}" ]; then
  for headers in /lib/modules/*/build; do release=${headers#/lib/modules/}; releases+=("${release%/build}"); done
  while read -r release _; do releases+=("$release"); done < <(scripts/kernels.sh)
fi
for release in $(printf '%s\n' "${releases[@]}" | sort -Vu); do
  check "ostrog.ko is built for $release, without a warning" module "$release"
done
strip -g -o "$base/ostrog.ko" "$base/module-$kernel/ostrog.ko" || end
guest_issue || end
scripts/image.sh "$base/image" || end
"${OSTROG:-.build/release/ostrog}" config compile configs/bochs*.cell --directory "$base" > /dev/null || end
# A cell with the disk controller; another one with it; one whose memory is the hypervisor's. And the controller's driver.
mkdir -p "$base/disks"; cp Tests/Loader/disk.cell "$base/disks"
sed 's/^cell: disk/cell: disk-other/; s/^cpus: 2/cpus: 3/' Tests/Loader/disk.cell > "$base/disks/disk-other.cell"
sed 's/^cell: disk/cell: disk-refused/; s/0x3f000000/0x3a000000/' Tests/Loader/disk.cell > "$base/disks/disk-refused.cell"
"${OSTROG:-.build/release/ostrog}" config compile configs/bochs.cell "$base"/disks/*.cell --directory "$base" > "$base/disks.log" 2>&1 || { cat "$base/disks.log"; end; }
# A cell with a region that is empty, and all zeros, as some tools leave them behind others.
python3 - "$base/bochs-tick.cell" "$base/zero.cell" << 'END' || end
import struct, sys
cell = bytearray(open(sys.argv[1], "rb").read())
bits, regions = struct.unpack_from("<II", cell, 48)
cell[8:40] = b"zero".ljust(32, b"\0")
struct.pack_into("<I", cell, 52, regions + 1)
at = 132 + bits + 32 * regions
open(sys.argv[2], "wb").write(cell[:at] + bytes(32) + cell[at:])
END
guest_drivers drivers scsi_common scsi_mod libata ata_piix
guest_drivers kvm irqbypass kvm kvm-intel
guest_tick || end
boot() { # folder script
  scripts/linux.sh --folder "$1" "$2" "$base/ostrog.ko" "$base/issue=/bin/issue" "$base/bochs.cell" "$base/bochs-tick.cell" "$base/zero.cell" "$base/tick.bin" "$base"/disk*.cell "${drivers[@]}" \
    "$base/image/ostrog.bin=/lib/firmware/ostrog.bin" > "$1.said" 2> "$1.errors"
}
said=$base/life.said
mangled_is_gone() { local line; line=$(grep -a '^issue: mangled: ' "$said") && [[ $line =~ made\ ([0-9]+),\ taken\ back\ ([0-9]+), ]] && [ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]; }
kvm_is_refused() { grep -a '^issue: machine: ' "$said" | head -1 | grep -vq ': done'; }
BOCHS_SECONDS=${BOCHS_SECONDS:-600} boot "$base/life" Tests/Loader/life.sh
check "the guest's script runs to its end" grep -aq '^linux: end, status 0' "$said"
[ -s "$base/life.errors" ] && cat "$base/life.errors"
with_kvm=$(grep -acxF 'guest: KVM is there' "$said")
says() { grep -aqxF -- "$1" "$said"; }
like() { grep -aqxE -- "$1" "$said"; }
nothing() { [ -s "$2" ] && ! grep -aqE -- "$1" "$2"; }
times() { [ "$(grep -acE -- "$1" "$said")" = "$2" ]; }
check "the module is loaded" says "guest: the module is loaded"
check "disable before enable is EINVAL" times '^issue: disable: Invalid argument, ' 1
check "enabled 22 times, and once more beside KVM" times '^issue: enable: done, ' "$((22 + with_kvm))"
check "and disabled as often, but for the last time" times '^issue: disable: done, ' "$((21 + with_kvm))"
check "root is there, with all CPUs, none failed" says "guest: root: root, running, CPUs 0-3, failed: "
check "root goes on working, before, under and after the hypervisor" times '^guest: work goes on$' "$((4 + with_kvm))"
check "a second enable is EBUSY" like 'issue: enable: Device or resource busy, [0-9]+ ticks'
check "the module cannot be removed meanwhile" says "guest: the module stays while it is enabled"
check "a CPU goes offline under the hypervisor" says "guest: online: 0-2"
check "without it there is no leaving" like 'issue: disable: Device or resource busy, [0-9]+ ticks'
check "it comes online again" says "guest: online: 0-3"
for seed in 1 2 3 4; do
  check "hostile ioctls, seed $seed: none of 3000 is done" like "issue: hostile: seed $seed: [^d].* in all 3000"
done
check "a cell takes its CPU from Linux" says "guest: online: 0,2-3"
check "it is there, and stands" says "guest: tick: shut down, CPUs 1"
check "its name is taken" like 'issue: create: File exists, [0-9]+ ticks'
check "Linux does not start its CPU" says "guest: Linux does not start a cell's CPU"
check "a cell that is not is ENOENT" like 'issue: start: No such file or directory, [0-9]+ ticks'
check "root cannot be destroyed" like 'issue: destroy: Invalid argument, [0-9]+ ticks'
check "an image beside a cell's memory is EINVAL, and one that leaves it" times '^issue: load: Invalid argument, ' 2
check "an image is loaded, and the cell is started, twice" times '^issue: start: done, ' 2
check "it runs" says "guest: tick: running"
check "it ticks while Linux works" like "guest: the hypervisor's log has [1-9][0-9]* lines of ticks"
check "its counters are its CPU's" like 'guest: tick: exits: ([0-9]+) of CPU 1, [0-9]+ in all'
check "it is shut down" times '^issue: shutdown: done, ' 1
check "and destroyed, as two others later" times '^issue: destroy: done, ' 3
check "one with a region that is empty is created" says "guest: zero: shut down"
controller() { times "^guest: controller: $1: $2\$" 1; }
# Not every kernel for the cloud has one.
bound="ata_piix, 2 ports, 8680"; [ -e "$base/ata_piix.ko" ] || bound=", 0 ports, 8680"
check "a PCI function has Linux' driver" controller "before" "$bound"
check "of which a cell relieves it, and root sees nothing there" controller "in a cell" "ostrog, 0 ports, ffff"
check "no other cell gets it" like 'issue: create: Device or resource busy, [0-9]+ ticks'
check "nor does Linux' driver" says "guest: controller: Linux' driver does not get it"
check "nor anybody by hand" says "guest: controller: nobody unbinds it"
check "the cell destroyed, Linux' driver has it again" controller "after it" "$bound"
check "so it has where the hypervisor refuses the cell" controller "after a refusal" "$bound"
check "what had no driver has none after it" controller "without a driver" ", 0 ports, 8680"
check "disable ends a cell that lives" says "guest: enabled: 0"
check "the module goes" says "guest: the module is gone"
check "VMX is Linux' again on all CPUs" says "guest: VMX: 4"
# Of configurations that are nearly right some are cells for a while; one may start, and its program, which is none, may fail: in its own cell.
check "configurations that are nearly right: some are cells, and are gone again" like 'issue: mangled: seed 1: .*; made [1-9][0-9]*, taken back [0-9]+, of 250'
check "each that was made is gone" mangled_is_gone
check "of all those nothing stays" like "guest: after mangled ones: online 0-3, cells 0 , pages used: $(grep -aoE '^guest: pages used: [0-9]+' "$said" | grep -oE '[0-9]+$')"
check "what was said can be read afterwards" like "guest: what was said before: [1-9][0-9]* lines of tick's"
# Not every kernel has KVM for Bochs' processors, or sleeps; the one that this machine has does both.
if [ -z "${KERNEL:-}" ]; then
  check "KVM is there" [ "$with_kvm" = 1 ]
  check "and Linux could sleep" grep -aq '^guest: Linux .*sle' "$said"
fi
if grep -aqxF "guest: KVM is there" "$said"; then
  check "KVM's way to a virtual machine ends in an error, and Linux goes on" kvm_is_refused
  check "and the module goes again" says "guest: the module is gone again"
  grep -a '^issue: machine: ' "$said"
fi
check "KVM is no reason for Linux to stumble" times '^guest: KVM: ' 0
if grep -aq '^guest: Linux .*sle' "$said"; then check "Linux is not put to sleep meanwhile" says "guest: Linux is not put to sleep: 1"; fi
check "Linux ends with a cell alive and a CPU off" says "guest: it ends with CPUs 0,2 and cells 0 1 "
check "then the cell goes" grep -aq 'ostrog: cell "tick" is destroyed' "$base/life/serial.txt"
check "and the hypervisor" grep -aq 'ostrog: the hypervisor has gone' "$base/life/serial.txt"
check "no CPU of root's was stopped" says "guest: root at last: failed: "
check "nor did one not enter" nothing 'Ostrog: CPU . cannot' "$base/life/serial.txt"
check "Linux has nothing to complain of" times '^guest: dmesg: ' 0
grep -aE '^guest: (dmesg|exits|pages|tick: exits)' "$said"
for what in enable disable create load start shutdown destroy; do
  echo "  ticks of $what: $(grep -aoE "issue: $what: done, [0-9]+" "$said" | grep -oE '[0-9]+$' | sort -n | sed -n '1p;$p' | paste -sd' ')"
  grep -aoE "^guest: part: $what: .*" "$said" | sed -E 's/^guest: part: [a-z]+: //; s/ ticks$//' | sort -t: -k1,1 -k2,2n |
    awk -F': ' '$1 != last { if (last) print least, most ": " last; last = $1; least = $2 } { most = $2 } END { if (last) print least, most ": " last }' | sed 's/^/    of which /'
done
check "the module says where its time goes, when it is asked to" grep -aq '^guest: part: enable: all CPUs have entered: [1-9]' "$said"

# No memory kept off Linux: a message says what to add.
cat > "$base/unreserved.sh" << 'END'
insmod /ostrog.ko; dmesg -n 1
issue enable /bochs.cell
dmesg | grep -o 'boot with memmap=.*'
mv /lib/firmware/ostrog.bin /tmp; issue enable /bochs.cell; mv /tmp/ostrog.bin /lib/firmware
dmesg | grep -o 'ostrog: no image.*'
issue hash 0.1
rmmod ostrog && echo "guest: the module is gone"
END
said=$base/unreserved.said
MEMMAP='' boot "$base/unreserved" "$base/unreserved.sh"
check "memory that is Linux' own is EINVAL" like 'issue: enable: Invalid argument, [0-9]+ ticks'
check "with the parameter that is missing" grep -aqF "boot with memmap=6M\$0x3a000000" "$said"
check "an image that is not there is ENOENT" like 'issue: enable: No such file or directory, [0-9]+ ticks'
check "and said to be" grep -aqF 'ostrog: no image' "$said"
check "then the module goes" says "guest: the module is gone"
end
