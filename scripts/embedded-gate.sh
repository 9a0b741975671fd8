#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the core as Embedded Swift for the targets that the hypervisor will run on, and checks the result.
#
# Usage: embedded-gate.sh [--core FOLDER] [--image FOLDER] [--keep-objects FOLDER] [--skip-rules]
# Promise: exit 0 only where, for each target,
#   - the core's source keeps the rules of scripts/core-rules.py,
#   - core and image compile as Embedded Swift with warnings as errors; an image without Swift is an error,
#   - what the image's entry points reach links with nothing undefined but memset, memcpy and memmove,
#   - no allocation function is in it,
#   - no SSE, x87, MMX (x86) or VFP, NEON (ARM) instruction is in it.
# Each check has a file that it must reject: scripts/embedded-gate-selftest.sh.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
core=$root/Sources/Core image=$root/Kernel/image out= rules=yes
while [ $# -gt 0 ]; do
  case $1 in
    --core) core=$2; shift 2 ;;
    --image) image=$2; shift 2 ;;
    --keep-objects) out=$2; shift 2 ;;
    --skip-rules) rules=no; shift ;;
    *) echo "embedded-gate.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
if [ -z "$out" ]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; else mkdir -p "$out"; fi

source "$root/scripts/bare.sh"
lld=$(tool ld.lld) nm=$(tool llvm-nm) objdump=$(tool llvm-objdump)
section_bytes() { # elf section: its size in bytes, decimal
  local hex; hex=$("$objdump" -h "$1" | awk -v name="$2" '$2 == name { print $3 }'); echo $((16#${hex:-0}))
}

mapfile -t core_files < <(find "$core" -name '*.swift' | sort)
mapfile -t image_files < <(find "$image" -maxdepth 1 -name '*.swift' | sort)
[ ${#core_files[@]} -gt 0 ] || { echo "embedded-gate: no Swift file in $core" >&2; exit 2; }

if [ $rules = yes ]; then
  python3 "$root/scripts/core-rules.py" "$core" || { echo "embedded-gate: FAILED rules of the core's source" >&2; exit 1; }
  echo "embedded-gate: rules kept by ${#core_files[@]} files of the core"
fi

# Flags of every target. -no-allocations has false positives on 32 bits: there the missing allocator fails the link.
common=(-enable-experimental-feature Embedded -enable-experimental-feature Extern
  -swift-version 6 -warnings-as-errors -wmo -parse-as-library -O -g
  -enforce-exclusivity=unchecked -Xfrontend -disable-stack-protector -Xfrontend -function-sections
  -Xcc -ffreestanding)
x86=(-target x86_64-unknown-none-elf -no-allocations -Xcc -mno-sse -Xcc -mno-mmx -Xcc -mno-red-zone)
# shellcheck disable=SC2206 # the self-test of the check on ARM's float instructions gives several flags
arm=(-target armv7-none-none-eabi ${GATE_ARM_FLAGS:--Xcc -mfloat-abi=soft})
[ "${GATE_ALLOCATIONS_COMPILE:-}" = yes ] && x86=("${x86[@]/-no-allocations}") # for the self-test of the later checks

allocators='^_?(swift_(allocObject|deallocObject|allocEmptyBox|slowAlloc|slowDealloc|initStackObject)|malloc|calloc|realloc|free|posix_memalign|aligned_alloc|_Zn[aw].*)$'
# Register names, and the x87 instructions that name none.
x86_float='%[xyz]mm[0-9]|%mm[0-7]|%st\b|\s(f(ld|st|ild|ist|add|sub|mul|div|com|ucom|chs|abs|init|ninit|nstcw|ldcw|wait|xch|prem|sqrt|sin|cos|rndint|scale)[a-z0-9]*|emms)(\s|$)'
arm_float='\s(v[a-z]+(\.[a-z0-9]+)*|fld[a-z]*|fst[a-z]*|flds|fmrs|fmsr)\s+.*\b[sdq]([0-9]|[12][0-9]|3[01])\b|\svmrs\b|\svmsr\b'

failed=0
fail() { echo "embedded-gate: FAILED $1" >&2; failed=1; }

check() { # name float-pattern flags…
  local name=$1 float=$2; shift 2
  local flags=() flag; for flag in "$@"; do [ -n "$flag" ] && flags+=("$flag"); done
  local dir=$out/$name; mkdir -p "$dir"
  swiftc "${flags[@]}" "${common[@]}" -module-name Core -emit-module -emit-module-path "$dir/Core.swiftmodule" \
    -c -o "$dir/Core.o" "${core_files[@]}" || { fail "$name: the core does not compile"; return; }
  if [ ${#image_files[@]} -eq 0 ]; then fail "$name: $image holds no Swift: nothing was linked"; return; fi
  local shims=(); [ -d "$image/shims" ] && shims=(-I "$image/shims")
  swiftc "${flags[@]}" "${common[@]}" -module-name Image -I "$dir" "${shims[@]}" -c -o "$dir/Image.o" "${image_files[@]}" \
    || { fail "$name: the image does not compile"; return; }
  # What may be missing is given an address, so that the linker names everything else.
  local may=() symbol
  for symbol in memset memcpy memmove __aeabi_memset __aeabi_memclr __aeabi_memcpy __aeabi_memmove \
    __aeabi_memset4 __aeabi_memclr4 __aeabi_memcpy4 __aeabi_memmove4 \
    __aeabi_memset8 __aeabi_memclr8 __aeabi_memcpy8 __aeabi_memmove8; do may+=(--defsym "$symbol=0"); done
  "$lld" -static --gc-sections --no-dynamic-linker -e 0x100000 -z max-page-size=4096 -T "$root/Kernel/image/link.ld" \
    "${may[@]}" -o "$dir/image.elf" "$dir/Image.o" "$dir/Core.o" \
    || { fail "$name: something is undefined besides memset, memcpy, memmove"; return; }
  "$nm" --defined-only --format=just-symbols "$dir/image.elf" > "$dir/symbols"
  grep -q '^ostrog_' "$dir/symbols" || { fail "$name: no entry point: nothing was checked"; return; }
  if grep -E "$allocators" "$dir/symbols" >&2; then fail "$name: allocation functions are linked"; return; fi
  # Without +neon, llvm-objdump prints the instructions looked for as <unknown>; whatever is unknown fails too.
  local attributes=(); [ "$name" = armv7 ] && attributes=(--mattr=+neon,+vfp4)
  "$objdump" -d --no-show-raw-insn "${attributes[@]}" "$dir/image.elf" > "$dir/disassembly"
  if grep -m 5 -nE "$float|<unknown>" "$dir/disassembly" >&2; then
    fail "$name: floating-point or vector instructions"; return
  fi
  local text data; text=$(section_bytes "$dir/image.elf" .text)
  data=$(($(section_bytes "$dir/image.elf" .rodata) + $(section_bytes "$dir/image.elf" .data) + $(section_bytes "$dir/image.elf" .bss)))
  echo "embedded-gate: $name: $(grep -cE '^ +[0-9a-f]+:' "$dir/disassembly") instructions, $(grep -cxE 'ostrog_[a-z_]+' "$dir/symbols") entry points, text $text bytes, data $data bytes: no allocation, no float, nothing undefined"
}

check x86_64 "$x86_float" "${x86[@]}"
check armv7 "$arm_float" "${arm[@]}"
exit $failed
