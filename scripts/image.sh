#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the hypervisor image that ships. Usage: image.sh [--oracle] FOLDER. Makes FOLDER/ostrog.bin (what a loader loads), ostrog.elf (with symbols)
# and core-files (the core's sources that went in). OSTROG_IMAGE: a folder that has them already, of this very tree (`scripts/test.sh` builds them once). --oracle: a debug image, which tells of every transition (Kernel/image/x86/Oracle.swift).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
oracle=()
if [ "${1:-}" = --oracle ]; then oracle=(-D ORACLE); shift; fi
out=$1; mkdir -p "$out"
if [ -n "${OSTROG_IMAGE:-}" ] && [ ${#oracle[@]} = 0 ]; then
  cp "$OSTROG_IMAGE"/{ostrog.bin,ostrog.elf,core-files} "$out"
  exit
fi
source "$root/scripts/bare.sh"
mapfile -t core < <(find "$root/Sources/Core" -name '*.swift' | sort)
mapfile -t image < <(find "$root/Kernel/image" -name '*.swift' | sort)
printf '%s\n' "${core[@]#"$root"/}" > "$out/core-files"
# For size: both modules go through the linker's optimizer as one (LTO), which sees then that nobody else calls a function; failed checks of a function share
# one UD2 (the exception that it raises says where); a switch is compares instead of a table of addresses; instructions that stand in several places become functions (`OUTLINED_FUNCTION_…`).
flags=(-target x86_64-unknown-none-elf -no-allocations -enable-experimental-feature Embedded -enable-experimental-feature Extern
  -swift-version 6 -warnings-as-errors -wmo -parse-as-library -Osize -lto=llvm-full -g -enforce-exclusivity=unchecked
  -Xfrontend -disable-stack-protector -Xfrontend -function-sections -Xfrontend -mergeable-traps
  -Xcc -ffreestanding -Xcc -mno-sse -Xcc -mno-mmx -Xcc -mno-red-zone -Xcc -fomit-frame-pointer -Xcc -momit-leaf-frame-pointer)
optimizer=(-mllvm -code-model=kernel -mllvm -min-jump-table-entries=1000 -mllvm -enable-machine-outliner=always)
swiftc "${flags[@]}" -module-name Core -emit-module -emit-module-path "$out/Core.swiftmodule" -emit-bc -o "$out/Core.bc" "${core[@]}"
swiftc "${flags[@]}" "${oracle[@]}" -module-name Image -I "$out" -I "$root/Kernel/image/shims" -I "$root/Kernel/image/x86/shims" \
  -emit-bc -o "$out/Image.bc" "${image[@]}"
"$(tool clang)" --target=x86_64-unknown-none-elf -c -o "$out/entry.o" "$root/Kernel/image/x86/entry.S"
"$(tool ld.lld)" -static --build-id=sha1 --gc-sections --no-dynamic-linker -z max-page-size=4096 -T "$root/Kernel/image/x86/image.ld" \
  "${optimizer[@]}" -o "$out/ostrog.elf" "$out/entry.o" "$out/Image.bc" "$out/Core.bc"
"$(tool llvm-objcopy)" -O binary "$out/ostrog.elf" "$out/ostrog.bin"
