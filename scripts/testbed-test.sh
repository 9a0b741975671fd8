#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots the testbed and compares what root said with what it must say. Each expectation is one check, named in words; the last line is
# `N passed, N failed`. What is measured (ticks) is printed and not judged.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
passed=0 failed=0
scripts/testbed.sh "$folder" > "$folder/said" 2> "$folder/errors"
status=$?
check() { # name condition…
  local name=$1; shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "  FAILED: $name"; fi
}
says() { grep -qxF -- "$1" "$folder/said"; }
times() { [ "$(grep -cxF -- "$1" "$folder/said")" = "$2" ]; }
like() { grep -qxE -- "$1" "$folder/said"; }
silent() { ! grep -qE -- "$1" "$folder/said"; }

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
check "CPU 3 tries to read the hypervisor's memory" says "root: CPU 3 reads the hypervisor's memory"
check "and is stopped there" like "Ostrog: CPU 3 stopped, why 2, exit reason 30, qualification [0-9a-f]+, guest-physical 3a000000, RIP [0-9a-f]+"
check "it has read nothing" silent "CPU 3 has read"
check "root goes on" says "root: root goes on, cells = 1"
check "the hypervisor met no exception of its own" silent "Ostrog: exception|cannot go on|cannot enter"
# The image is built from the files that the theorems explore: all of Sources/Core, and nothing beside it.
check "the image is made of the core's files, all of them" diff <(git ls-files 'Sources/Core/*.swift' | sort) "$folder/core-files"
grep -E 'ticks|pages' "$folder/said" | sed 's/^/  /'
if [ "$failed" != 0 ]; then cat "$folder/said" "$folder/errors"; tail -20 "$folder/bochs.log" 2> /dev/null; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
