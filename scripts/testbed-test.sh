#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots the testbed, twice, the second time with the debug image that tells of every transition, and compares what root
# said with what it must say. Each expectation is one check, named in words; the last line is
# `N passed, N failed`. What is measured (ticks) is printed and not judged.
set -uo pipefail
cd "$(dirname "$0")/.."
base=$(mktemp -d); trap 'rm -rf "$base"' EXIT
folder=$base/x2apic; mkdir "$folder" "$base/xapic"
source scripts/checks.sh
source scripts/bare.sh
# Both at once, each on a CPU; what else runs meanwhile may take its time.
export BOCHS_SECONDS=${BOCHS_SECONDS:-600}
scripts/testbed.sh --oracle --xapic "$base/xapic" > "$base/xapic/said" 2> "$base/xapic/errors" & other=$!
scripts/testbed.sh "$folder" > "$folder/said" 2> "$folder/errors"
status=$?
says() { grep -aqxF -- "$1" "$folder/said"; }
times() { [ "$(grep -acxF -- "$1" "$folder/said")" = "$2" ]; }
like() { grep -aqxE -- "$1" "$folder/said"; }
silent() { ! grep -aqE -- "$1" "$folder/said"; }

check "Bochs ends because root asked for it" [ "$status" = 0 ]
check "root starts all four CPUs" says "root: CPUs = 4"
check "each CPU enters the hypervisor and comes back as a guest" times "root: enable = 0" 4
check "CPUID tells that a hypervisor is there" says "root: cpuid 0x40000000 is Jailhouse's = 1"
check "only root lives" says "root: cells = 1"
check "a hypercall that nobody knows is ENOSYS" says "root: unknown hypercall = -38"
check "each CPUID left the guest once, and was counted" says "root: exits for CPUID = 1001"
check "VMXON in a guest is #UD" says "root: VMXON raises = 6"
check "a microcode update from a guest is #GP" says "root: WRMSR of a microcode update raises = 13"
check "an MSR that nobody knows is #GP" says "root: RDMSR of what nobody knows raises = 13"
check "EFER can be read" says "root: RDMSR of EFER raises = 0"
check "root's tables are made of few pages" like "root: pages used = ([1-9]|1[0-9])"

# Ports that are answered.
for what in "PCI's address is what was written" "by halves and bytes, too" "a function's interrupt line changes" \
  "the PM timer goes on" "PM1 control keeps what it is given" "the keyboard controller answers"; do
  check "root's ports: $what" says "root: $what = 1"
done
check "root's ports: PCI functions of its own can be read" says "root: the host bridge is = $((0x12378086))"
check "root's ports: one that it does not have reads as none" says "root: a function that is not is = $((0xffffffff))"
check "root's ports: so does what is not named" says "root: where no function is named there is = $((0xffffffff))"

# Cells.
isolates() { .build/release/verify Kernel/testbed/cells/testbed.cell "${@/#/Kernel/testbed/cells/}"; }
check "the testbed's set of cells isolates" isolates first.cell second.cell attacker.cell
check "and the one that comes afterwards" isolates smp.cell
check "two cells are created, loaded and started" says "root: start = 0"
check "then there are three" says "root: cells now = 3"
check "a number that is taken is EEXIST" says "root: create with an id that is taken = -17"
check "a name that is taken is EEXIST" says "root: create with a name that is taken = -17"
check "another cell's memory is EBUSY" says "root: create with another cell's memory = -16"
check "the hypervisor's memory is EBUSY" says "root: create with the hypervisor's memory = -16"
check "arrays that end behind the file are EINVAL or E2BIG" like "root: create with more regions than there are bytes = -(7|22)"
check "a configuration that lies nowhere is ENOMEM" says "root: create from nowhere = -12"
check "one in the hypervisor's memory, too" says "root: create from the hypervisor's memory = -12"
check "a cell that is not is ENOENT" says "root: start of a cell that is not = -2"
check "root cannot be destroyed" says "root: destroy of root = -22"
corrupt() { grep -aoxE "root: corrupt configurations$1 = [0-9]+" "$folder/said" | grep -oE '[0-9]+$'; }
check "configurations that are broken at random: hundreds are refused" [ "$(corrupt ' refused')" -gt 500 ]
check "by errors of several kinds" [ "$(corrupt ', different errors')" -ge 5 ]
check "each answer is an error or none" [ "$(corrupt ', answers that are no errors')" = 0 ]
check "no pages and no cells come of one, or stay of it" [ "$(corrupt ' that changed pages or cells')" = 0 ]
check "the cells that run run on" [ "$(corrupt ', states of the others')" = 0 ]
check "and a sound one is taken behind them" says "root: the attacker's own is taken still = 0"
# The worst that fuzzing came to: the image answers as the simulator did.
worst() { grep -aoxE "root: worst configurations${1:-} = [0-9]+" "$folder/said" | grep -oE '[0-9]+$'; }
check "the worst configurations of fuzzing: all are handed over, at up to seven spots each" \
  [ "$(worst)" -ge 48 -a "$(worst) $(worst ', handed over')" = "$(Tests/Fuzz/worst.py count)" ]
check "each answer is the simulator's, to the errno" says "root: worst configurations, other answers than the simulator's = 0"
check "each outcome comes as often" says "root: worst configurations: $(Tests/Fuzz/worst.py outcomes)"
check "by errors of several kinds, and some are admitted" \
  [ "$(Tests/Fuzz/worst.py outcomes | grep -oE '[A-Za-z0-9]+ [1-9][0-9]*' | wc -l)" -ge 6 -a "$(Tests/Fuzz/worst.py outcomes | grep -c 'admitted [1-9]')" = 1 ]
check "what is admitted takes the pages that it took there" says "root: worst configurations, other numbers of pages than the simulator's = 0"
check "no pages, no cells and no states come of one, or stay of it" [ "$(worst ' that changed pages, cells, or what the others are at')" = 0 ]
check "none is written to" [ "$(worst ' that were written to')" = 0 ]
check "the cells that run run on, and their CPUs" [ "$(worst ', states of the others')" = 0 ]
check "a sound one is taken behind them, too" says "root: the attacker's own is taken behind the worst = 0"
read -r pool slack < <(Tests/Fuzz/worst.py pool)
pages=$(grep -aoxE 'root: pages of the pool = [0-9]+' "$folder/said" | grep -oE '[0-9]+$')
check "the pool has the pages by which they were measured, or a few more or fewer" [ "$((pages > pool ? pages - pool : pool - pages))" -le "$slack" ]
check "nothing that root asked for failed" silent "root: FAILED"
for cell in 2 3; do
  inmate() { tr -d '\r' < "$folder/serial$cell.txt"; }
  check "cell on serial port $cell ticks to the end" [ "$(inmate | grep -c '^tick: ticks = ')" -ge 3 ]
  check "it leaves its guest for nothing but its own hypercall" [ "$(inmate | grep '^tick: exits in 500 ticks' | sort -u)" = "tick: exits in 500 ticks = 1" ]
  check "it misses no tick while others are created, attack and die" [ "$(inmate | grep '^tick: ticks missed' | sort -u)" = "tick: ticks missed = 0" ]
  check "it finds its communication page" [ "$(inmate | grep -c '^tick: the communication page is there = 1')" = 1 ]
  check "which tells how many CPUs it has, and where the PM timer is" [ "$(inmate | grep -cE '^tick: (CPUs = 1|PM timer = 45064)')" = 2 ]
  check "it exchanges words over the link" [ "$(inmate | grep '^tick: words exchanged' | tail -1 | grep -oE '[0-9]+$')" -gt 1000 ]
done
pins() {
  for what in "another's pin reads as masked" "an NMI by its pin is masked" "an interrupt of root's CPU is masked" \
    "an interrupt of a set that is not all its own is masked" "its pin's interrupt came" \
    "another destination masks it, by the other half alone"; do
    check "$1$what" grep -qxF "tick: $what = 1" <(tr -d '\r' < "$folder/serial2.txt")
  done
}
pins "a cell's pin: "
# Attacks: number, address (decimal); what stops the cell's CPU.
attack() { # name number address pattern
  check "attack: $1: the cell fails" says "root: attack $2 on $3: state = 3"
  check "attack: $1: by the right wall" like "Ostrog: CPU 3 stopped, why $4"
}
memory() { attack "$1" "$2" "$(($3))" "2, exit reason 30, qualification [0-9a-f]+, guest-physical $(printf %x "$3"), RIP [0-9a-f]+"; }
memory "reads the hypervisor's memory" 0 0x3a000000
memory "writes the hypervisor's memory" 1 0x3a000000
memory "runs the hypervisor's memory" 2 0x3a000000
memory "reads another cell's memory" 0 0x3a600000
memory "writes another cell's memory" 1 0x3a600000
memory "reads root's memory" 0 0x110000
memory "writes root's memory" 1 0x200000
memory "writes its communication page, which it may only read" 1 0x100008
memory "reads behind its communication page" 0 0x101000
memory "reads all cells' communication pages" 0 0x3a5f0000
memory "reads the local APIC's page" 0 0xfee00020
memory "writes the local APIC's command" 1 0xfee00300
memory "reads the I/O APIC" 0 0xfec00000
memory "reads what nobody has" 0 0x80000000
port() { attack "$1" "$2" "$(($3))" "5, exit reason 1e, qualification $(printf %x "$3")00[0-9a-f]+, guest-physical [0-9a-f]+, RIP [0-9a-f]+"; }
port "reads the hypervisor's console" 3 0x3f8
port "writes the hypervisor's console" 4 0x3f8
port "reads another cell's serial port" 3 0x2f8
port "resets the machine" 4 0xcf9
port "puts the machine to sleep" 4 0xb004
port "raises an SMI" 4 0xb2
port "resets it by the keyboard controller, which it does not have" 4 0x64
attack "writes to a PCI function" 22 0 "8, exit reason 1e, qualification cfc00[0-9a-f]+, guest-physical 80000900, RIP [0-9a-f]+"
for what in "PCI's address is what was written" "a delay changes nothing" "the PM timer goes on"; do check "a cell: $what" says "attacker: $what = 1"; done
check "a cell finds no address that another one has left" says "attacker: PCI's address in the beginning = 0"
check "and no function" says "attacker: a function of root's is = $((0xffffffff))"
port "writes a string to a port" 5 0x3f8
attack "triple fault" 10 0 "3, exit reason 2, .*"
attack "INVD" 11 0 "1, exit reason d, .*"
check "no MSR beyond the list can be written" says "attacker: MSRs beyond the list that can be written = 0"
for what in VMXON VMPTRLD VMREAD VMLAUNCH INVEPT VMFUNC; do check "$what in a cell is #UD" says "attacker: $what raises = 6"; done
check "CR4.VMXE is a guest's to set and clear" says "attacker: CR4.VMXE raises = 0"
check "and to read" says "attacker: and is read as = 1"
check "and off again" says "attacker: CR4.VMXE off raises = 0"
check "and does nothing: VMXON is #UD" says "attacker: VMXON with it raises = 6"
check "with another bit it is #GP" says "attacker: CR4.VMXE and TSD at once raise = 13"
for what in "XCR0 with AVX alone" "CR0 with bits that are none" "CR0 without protection" "XCR0 0" "XCR0 with all bits" XCR1; do
  check "$what is #GP" says "attacker: $what raises = 13"
done
check "a sound XCR0 is taken" says "attacker: a sound XCR0 raises = 0"
check "no hypercall that changes anything is granted to a cell" says "attacker: hypercalls granted = 0"
check "interrupts of every kind to every CPU reach nobody" says "attacker: interrupts sent"
check "nothing that was attacked was read, written or run" silent "attacker: (READ|WROTE|RAN|PORT|STRING)"
# Lives.
check "the pool is as it was after 100 lives of a cell" says "root: pages used after 100 lives, more than before = 0"
check "and at the end as at the beginning" [ "$(grep '^root: pages used at the end' "$folder/said" | grep -oE '[0-9]+$')" = "$(grep '^root: pages used = ' "$folder/said" | grep -oE '[0-9]+$')" ]
# Cells that are asked.
check "a cell that refuses is not destroyed" says "root: destroy of a cell that refuses = -1"
check "and goes on" says "root: its state = 0"
check "one that agrees is" says "root: destroy of a cell that agrees = 0"
check "one that shuts itself down instead is, too" says "root: destroy of a cell that ends = 0"
check "one that says nothing has failed when its time is over, and can be stopped" says "root: set-loadable of a silent cell = 0"
check "what a cell is asked leaves the rest of its communication page alone" says "listener: flags of its console after a message = 3"
check "nor any other time" silent "listener: flags of its console after a message = [^3]"
check "a cell that listens is told that another one has gone" says "listener: informed = 1"
check "and can be destroyed afterwards" says "root: destroy of the listener = 0"
# What management can read.
check "a CPU of another cell runs" says "root: CPU 3 has failed = 0"
check "or has failed" says "root: CPU 3 has failed = 2"
check "a CPU that is not is EINVAL" says "root: a CPU that is not = -22"
check "counters of another CPU can be read" says "root: exits of CPU 1 can be read = 1"
check "the log tells where its beginning is gone" says "root: the log has a beginning that is gone = -34"
check "and its last 2048 bytes" like "root: bytes of the log = (20[4-9][0-9]|2[1-9][0-9][0-9])"
check "which are lines" says "root: lines in it = 1"
check "stopped CPUs are recorded" like "root: records of stopped CPUs are kept = (2[0-9]|3[01])"
check "by cell" says "root: the newest is about cell = 3"
check "by CPU" says "root: on CPU = 3"
check "by what was touched" says "root: which touched the memory that it was told to = 1"
check "by the instruction" says "root: by an instruction of its own = 1"
check "a record that is not is EINVAL" says "root: a record that is not = -22"
# Exceptions that the hypervisor sees first.
check "a single step is the cell's own #DB" says "attacker: a single step raises = 1"
check "with DR6 as it must be" says "attacker: of which DR6 says = 16384"
check "so is INT1" says "attacker: INT1 raises = 1"
check "so is a watched word" says "attacker: writing a watched word raises = 1"
check "with its breakpoint in DR6" says "attacker: of which DR6 says = 1"
check "each left the guest once" says "attacker: exits for exceptions = 3"
check "a cell that raises them without end can be destroyed" says "root: destroy of a cell that raises exceptions without end = 0"
# The end, and a new beginning.
for cpu in 1 2 3; do check "CPU $cpu comes back, and is started by root" says "root: CPU $cpu is back = 1"; done
check "nobody leaves while a cell lives" says "root: leaving while a cell lives = -16"
check "nor while a CPU does not ask for it" says "root: leaving while a CPU does not = -16"
check "all four CPUs leave together" times "root: disable = 0" 4
check "each is what it was: CR0, CR3, CR4, EFER, IDT" times "root: and the CPU is what it was = 1" 4
check "there is no hypervisor then" says "root: there is a hypervisor = 0"
check "its memory can be read" says "root: its memory can be read again = 1"
check "so can its log" says "root: and its log = 1"
check "an enable that is refused says so on every CPU, though an NMI came while they waited" times "root: refused = -22" 4
check "each is what it was before" times "root: and the CPU is as before = 1" 4
# A cell of three CPUs.
many() {
  for what in "CPUs = 3" "others that start = 2" "and ignore a second SIPI = 2" "others that take an interrupt = 2" \
    "others that take one to all but the sender = 2" "and the sender does not = 1" "others that take one to all = 2" \
    "and the sender does = 1" "one that waits takes an interrupt = 0" "it starts again = 1" "others at the end = 2"; do
    check "$1a cell of three CPUs: $what" says "smp: $what"
  done
  check "$1it shuts down, and its CPUs are root's again" says "root: smp: state at the end = 2"
}
many ""
# A dry run.
dry() { check "dry run: $1" says "root: dry run: $2 = $3"; }
check "a dry run is entered" says "root: enable as a dry run = 0"
check "and says so loudly" like "Ostrog: DRY RUN: THIS IS NO ISOLATION.*"
dry "no cell can be created" create -1
dry "nothing is noted before" "notes before" 0
dry "memory that root does not have is read" "memory is what it is" 1
dry "it is noted" "it is noted as read" 1
dry "with how often" "so often" 3
dry "and what is written" "what is written, too" 2
dry "a port" "a port is noted as read" 1
dry "a PCI function" "a PCI function is noted as written" 2
dry "once each" notes 4
dry "none is lost" lost 0
dry "a note that is not is EINVAL" "a note that is not" -22
dry "what is answered is not noted" "exits for what root has" 1
check "each new note is said" [ "$(grep -acE '^Ostrog: CPU 0 beyond its configuration, in a dry run' "$folder/said")" = 4 ]
check "a fresh image is entered" says "root: enable again = 0"
check "and there is a hypervisor again" says "root: there is a hypervisor again = 1"
check "root's CPU 3 is stopped where it reads the hypervisor's memory" like "Ostrog: CPU 3 stopped, why 2, exit reason 30, qualification [0-9a-f]+, guest-physical 3a000000, RIP 40[0-9a-f]+"
check "root's CPU 2 is stopped where it reads a cell's memory" like "Ostrog: CPU 2 stopped, why 2, exit reason 30, qualification [0-9a-f]+, guest-physical 3a600000, RIP 40[0-9a-f]+"
check "root's CPU 1 is stopped where it reads the hypervisor's console" like "Ostrog: CPU 1 stopped, why 5, exit reason 1e, qualification 3fb0[0-9a-f]+, guest-physical [0-9a-f]+, RIP [0-9a-f]+"
check "each is told to have failed" times "root: root's CPU has failed = 2" 3
check "and then nobody can leave" says "root: leaving while CPUs have failed = -16"
check "they have read nothing" silent "HAS READ"
check "root goes on" says "root: root goes on to the end, cells = 1"
check "the hypervisor met no exception of its own" silent "Ostrog: exception|cannot go on|cannot enter"
# The image is built from the files that the theorems explore: all of Sources/Core, and nothing beside it.
check "the image is made of the core's files, all of them" diff <(git ls-files 'Sources/Core/*.swift' | sort) "$folder/core-files"
bytes=$(scripts/image-bytes.sh "$folder")
# Nothing that a guest could train a branch predictor for (Spectre v2): one indirect jump, on the way back to a root without hypervisor.
"$(tool llvm-objdump)" -d --no-show-raw-insn "$folder/ostrog.elf" > "$base/text"
check "the image branches indirectly in one place, where it is left" [ "$(grep -cE '\s(call|jmp)[a-z]*\s+\*' "$base/text")" = 1 ]
check "every entry of a guest but the first is behind VERW" [ "$(grep -B1 -E '\svmresume' "$base/text" | grep -c '\sverww\?\s')" = 2 ]
check "the image has no more than 64 KiB" [ "$bytes" -gt 32768 -a "$bytes" -le 65536 ]
echo "  image: bytes of text, constants and data = $bytes"
grep -aE '^root:.*(ticks|pages)' "$folder/said" | sed 's/^/  /'
if [ "$failed" != 0 ]; then cat "$folder/said" "$folder/errors"; tail -20 "$folder/bochs.log" 2> /dev/null; fi
before=$failed

# Once more, with APICs in xAPIC mode: everything goes through their pages.
folder=$base/xapic
wait "$other"
status=$?
check "xAPIC: Bochs ends because root asked for it" [ "$status" = 0 ]
check "xAPIC: each CPU enters the hypervisor and comes back as a guest" times "root: enable = 0" 4
check "xAPIC: the version is read by MOV in four forms, on two pages and without paging" says "root: APIC's version, read in four ways, is the same = 1"
check "xAPIC: root's set of CPUs stays its own" says "root: APIC's sets after a write = 1"
check "xAPIC: and the sets stay flat" says "root: APIC's model after a write is flat = 1"
check "xAPIC: of a destination eight bits count" says "root: APIC's destination = $((0x12000000))"
check "xAPIC: of the priority, too" says "root: APIC's priority = $((0x20))"
check "xAPIC: an entry for an NMI is masked, by the page as by MSR" says "root: APIC's entry for an NMI = $((0x100fe))"
came() { check "xAPIC: root's interrupts $1" says "root: interrupts of root: $2 = $3"; }
came "reach the CPU that they name" "to CPU 0" 1
came "reach another CPU of root's" "to CPU 2" 100
came "reach a set" "to the set of CPUs 1 and 3" 1010
came "reach itself" "to itself" 1
came "reach all" "to all" 1111
came "reach all others" "to all others" 1110
came "reach all by number 255" "to number 255" 1111
came "by an exception's vector, or to nobody, reach nobody" "to nobody, or none" 0
came "by the timer's count come once" "by the timer" 1
came "reach no cell's CPU by any mode, and those that are left" "to cells' CPUs, to all that are there" 1001
for cell in 2 3; do
  check "xAPIC: cell on serial port $cell ticks to the end" [ "$(inmate | grep -c '^tick: ticks = ')" -ge 3 ]
  check "xAPIC: it leaves its guest once for each tick's end, and for its own hypercall" [ "$(inmate | grep '^tick: exits in 500 ticks' | sort -u)" = "tick: exits in 500 ticks = 501" ]
  check "xAPIC: it misses no tick while others attack, and root sends it all that it can" [ "$(inmate | grep '^tick: ticks missed' | sort -u)" = "tick: ticks missed = 0" ]
done
pins "xAPIC: a cell's pin: "
page() { attack "xAPIC: $1" "$2" "$(($3))" "6, exit reason 30, qualification [0-9a-f]+, guest-physical $(printf %x "$4"), RIP [0-9a-f]+"; }
page "reads 64 bits" 0 0xfee00020 0xfee00020
page "writes 64 bits" 1 0xfee00300 0xfee00300
page "reads a byte" 12 0xfee00020 0xfee00020
page "writes 16 bits" 13 0xfee00080 0xfee00080
page "reads behind a register" 14 0xfee00024 0xfee00024
page "reads what cannot be read" 14 0xfee000b0 0xfee000b0
page "writes what cannot be written" 15 0xfee00030 0xfee00030
page "enters an SMI" 15 0xfee00320 0xfee00320
page "ORs" 16 0xfee00080 0xfee00080
page "executes what its tables say is the hypervisor's" 17 0x3a000000 0xfee00080
page "executes what its tables say is another cell's" 17 0x3a600000 0xfee00080
memory "xAPIC: reads the I/O APIC, of which it has no pin" 0 0xfec00000
# Pins of the I/O APIC.
check "pins: the chip's version can be read, and not written" times "root: chip's version after a write = $((0x170011))" 1
check "pins: root's interrupt comes to the CPU that its pin names, and to no other" says "root: timer's interrupts come to CPU 0 alone = 1"
check "pins: and to a set" says "root: timer's interrupts come to a set = 1"
check "pins: and not where it is masked" says "root: timer's interrupts after masking = 0"
check "pins: one for every CPU is masked" says "root: pin to every CPU = $((0x10020))"
pin() { check "pins: $1" says "root: pin $2 = $(($3))"; }
pin "to CPUs 0 and 1 of root's" "8 to CPUs 0 and 1" 0x820
pin "which is masked when CPU 1 is a cell's" "8 when CPU 1 is a cell's" 0x10820
pin "to CPU 2 of root's" "9 to CPU 2" 0x20
pin "which is masked when CPU 2 is a cell's" "9 when CPU 2 is a cell's" 0x10020
pin "to CPUs that stay root's stays" "12 when neither is in it" 0x820
pin "a cell's reads as masked to root" "3 when it is a cell's" 0x10000
pin "and is not root's to write" "3 after a write" 0x10000
pin "to a cell's CPU is masked" "2 to a cell's CPU" 0x10020
pin "to a set with a cell's CPUs is masked" "2 to a set with a cell's CPUs" 0x10820
pin "comes back to root masked" "3 when it is root's again" 1
check "pins: root's interrupts come still" says "root: timer's interrupts come still = 1"
check "xAPIC: there is no command of x2APIC's" says "attacker: x2APIC's command raises = 13"
check "xAPIC: nor a vector table" says "attacker: x2APIC's vector table raises = 13"
check "xAPIC: an attacker's entry for an NMI is masked" says "attacker: an entry for an NMI is masked = 1"
check "xAPIC: interrupts of every kind to every CPU reach nobody" says "attacker: interrupts sent"
check "xAPIC: nothing that was attacked was read, written or run" silent "attacker: (READ|WROTE|RAN|PORT|STRING)"
check "xAPIC: a CPU comes back, and is started by root" says "root: CPU 2 is back = 1"
misuse() { check "root's CPU $1 is stopped where it $2" like "Ostrog: CPU $1 stopped, why $3, exit reason 1e, qualification ${4}00[0-9a-f]+, guest-physical $5, RIP 4[0-9a-f]+"; }
misuse 3 "writes to the host bridge" 9 cfc 80000070
misuse 2 "puts the machine to sleep" 9 b004 "[0-9a-f]+"
misuse 1 "pulses the reset line" 9 64 "[0-9a-f]+"
check "each is told to have failed" times "root: root's CPU has failed = 2" 3
check "no port was written" silent "A PORT WAS WRITTEN"
check "xAPIC: root goes on" says "root: root goes on, cells = 1"
check "xAPIC: the hypervisor met no exception of its own" silent "Ostrog: exception|cannot go on|cannot enter"
many "xAPIC: "
# The oracle: every transition that the debug image told of is the model's, and who owns what afterwards, too.
for cpu in 1 3; do check "oracle: CPU $cpu comes back, and is started by root" says "root: CPU $cpu is back = 1"; done
check "oracle: all four CPUs leave together" times "root: disable = 0" 4
check "oracle: a fresh image is entered" says "root: enable again = 0"
check "oracle: nothing that root asked for failed" silent "root: FAILED"
check "oracle: what the image told is what the model does" .build/release/oracle "$folder/oracle.txt" > "$folder/judged"
told() { check "oracle: $1 was told of, at least $2 times" [ "$(sed -n "s/^oracle: $1: //p" "$folder/judged")" -ge "$2" ]; }
told "enable done" 2
told "enable refused" 1
told "create done" 20
told "create refused" 4
told "set-loadable done" 20
told "start done" 25
told "start refused" 1
told "destroy done" 20
told "fail-cpu done" 14
told "fail done" 14
told "expire done" 1
told "disable done" 1
silent_image() { ! grep -qE 'set-loadable|fail-cpu' "$base/x2apic/ostrog.bin"; }
check "oracle: the debug image has words for transitions" grep -q set-loadable "$folder/ostrog.bin"
check "oracle: the image that ships has none of them" silent_image
if [ "$failed" != "$before" ]; then cat "$folder/judged" "$folder/said" "$folder/errors"; tail -20 "$folder/bochs.log" 2> /dev/null; fi
end
