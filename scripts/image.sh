#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the hypervisor image that ships. Usage: image.sh [--oracle] FOLDER. Makes FOLDER/ostrog.bin (what a loader loads), ostrog.elf (with symbols)
# and core-files (the core's sources that went in). --oracle: a debug image, which tells of every transition (Kernel/image/x86/Oracle.swift).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
oracle=()
if [ "${1:-}" = --oracle ]; then oracle=(-D ORACLE); shift; fi
out=$1; mkdir -p "$out"
source "$root/scripts/bare.sh"
mapfile -t core < <(find "$root/Sources/Core" -name '*.swift' | sort)
mapfile -t image < <(find "$root/Kernel/image" -name '*.swift' | sort)
printf '%s\n' "${core[@]#"$root"/}" > "$out/core-files"
# For speed: with -Osize (9 KB less) an EOI by the page of an xAPIC takes so long that a timer of 12 kHz leaves its CPU no time.
flags=(-target x86_64-unknown-none-elf -no-allocations -enable-experimental-feature Embedded -enable-experimental-feature Extern
  -swift-version 6 -warnings-as-errors -wmo -parse-as-library -O -g -enforce-exclusivity=unchecked
  -Xfrontend -disable-stack-protector -Xfrontend -function-sections
  -Xcc -ffreestanding -Xcc -mno-sse -Xcc -mno-mmx -Xcc -mno-red-zone -Xcc -fomit-frame-pointer -Xcc -momit-leaf-frame-pointer)
swiftc "${flags[@]}" -module-name Core -emit-module -emit-module-path "$out/Core.swiftmodule" -c -o "$out/Core.o" "${core[@]}"
swiftc "${flags[@]}" "${oracle[@]}" -module-name Image -I "$out" -I "$root/Kernel/image/shims" -I "$root/Kernel/image/x86/shims" \
  -c -o "$out/Image.o" "${image[@]}"
"$(tool clang)" --target=x86_64-unknown-none-elf -c -o "$out/entry.o" "$root/Kernel/image/x86/entry.S"
"$(tool ld.lld)" -static --build-id=sha1 --gc-sections --no-dynamic-linker -z max-page-size=4096 -T "$root/Kernel/image/x86/image.ld" \
  -o "$out/ostrog.elf" "$out/entry.o" "$out/Image.o" "$out/Core.o"
"$(tool llvm-objcopy)" -O binary "$out/ostrog.elf" "$out/ostrog.bin"
