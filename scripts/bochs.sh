# SPDX-License-Identifier: Apache-2.0
# Sourced. The machine in Bochs that everything here is tried on: four CPUs with VMX, 1 GiB, a 440FX. What is said on its serial ports goes to files.
# bochs_machine [PARALLEL]: writes bochsrc, but for disks and what lies in memory; PARALLEL 1: with a parallel port. Others append theirs.
# BOCHS_CPUS: processors:cores:threads, four CPUs in all.
bochs_machine() {
  cat > bochsrc << END
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=${1:-0}, serial=1, gameport=0, iodebug=1, busmouse=0
config_interface: textconfig
display_library: term
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=corei7_skylake_x, count=${BOCHS_CPUS:-4}, ips=50000000, quantum=16, reset_on_triple_fault=0, ignore_bad_msrs=1, cpuid_limit_winnt=0
clock: sync=none, time0=1700000000, rtc_sync=0
pci: enabled=1, chipset=i440fx
ata1: enabled=0
floppy_bootsig_check: disabled=1
com1: enabled=1, mode=file, dev=serial.txt
com2: enabled=1, mode=file, dev=serial2.txt
com3: enabled=1, mode=file, dev=serial3.txt
panic: action=fatal
error: action=ignore
log: bochs.log
END
  echo c > dbg.rc
  : > serial.txt; : > serial2.txt; : > serial3.txt
}
# boot_bochs SECONDS [FILE PATTERN]: runs it, for so long at most, and for twenty seconds after a line of FILE matches. How it ended stands in bochs.log.
boot_bochs() {
  : > screen.txt
  # Its screen is a terminal of its own (`connected to screen "/dev/pts/N"`). When that is full because nobody reads it, Bochs stands still for ever: after six minutes or so.
  (
    for _ in {1..100}; do
      terminal=$(grep -aom1 '/dev/pts/[0-9]*' screen.txt || true)
      [ -z "$terminal" ] || exec cat "$terminal"
      sleep 0.2
    done
  ) > /dev/null 2>&1 &
  local reader=$! runner left=20
  TERM=xterm timeout "$1" script -qec "bochs -q -f bochsrc -rc dbg.rc" /dev/null > screen.txt 2>&1 < /dev/null &
  runner=$!
  while kill -0 "$runner" 2> /dev/null; do
    sleep 1
    if [ $# -lt 3 ] || ! grep -aqE "$3" "$2"; then continue; fi
    left=$((left - 1))
    if [ "$left" = 0 ]; then kill "$runner"; fi
  done
  wait "$runner" 2> /dev/null || true
  kill "$reader" 2> /dev/null || true
}
# newest_kernel: the release of the newest of Debian's kernels for the cloud that is installed.
newest_kernel() { find /boot -maxdepth 1 -name 'vmlinuz-*-cloud-amd64' | sort -V | tail -1 | sed 's,.*/vmlinuz-,,'; }
# kernel_tree RELEASE: the tree of another Debian release that it is in (scripts/kernels.sh); nothing where it is this machine's.
kernel_tree() {
  local file
  [ ! -e "/boot/vmlinuz-$1" ] || return 0
  for file in "$(dirname "${BASH_SOURCE[0]}")"/../.build/kernels/*/boot/"vmlinuz-$1"; do
    [ ! -e "$file" ] || (cd "${file%/boot/*}" && pwd)
  done
}
