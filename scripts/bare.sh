# SPDX-License-Identifier: Apache-2.0
# Sourced. What programs for bare metal are built with.
# The toolchain's own tool of that name, else the system's.
tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
tool() { if [ -x "$tools/$1" ]; then echo "$tools/$1"; else command -v "$1"; fi; }
# C and assembler for x86, without what the hypervisor keeps for its guests.
bare_flags=(--target=x86_64-unknown-none-elf -ffreestanding -mno-sse -mno-mmx -mno-red-zone -fno-pic -mcmodel=kernel -O2 -Wall -Wextra -Werror)
# inmates SOURCES NAME…: builds NAME.bin of each of Kernel/inmates in the folder that one is in.
inmates() {
  local sources=$1 file name; shift
  for file in start.S text.c inmate.c "${@/%/.c}"; do
    "$(tool clang)" "${bare_flags[@]}" -c -o "inmate-${file%.*}.o" "$sources/$file" || return
  done
  for name in "$@"; do
    "$(tool ld.lld)" -static -T "$sources/inmate.ld" -o "$name.elf" inmate-start.o inmate-text.o inmate-inmate.o "inmate-$name.o" || return
    "$(tool llvm-objcopy)" -O binary "$name.elf" "$name.bin" || return
  done
}
