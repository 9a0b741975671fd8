#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file says its license in its first lines: Apache-2.0, but for what is linked to Linux. Lists those that do not; exit 1 if any.
cd "$(dirname "$0")/.."
license() { case $1 in Kernel/loader/*) echo GPL-2.0-only ;; *) echo Apache-2.0 ;; esac; }
missing=$(git ls-files -- '*.swift' '*.py' '*.sh' '*.c' '*.h' '*.S' '*.ld' '*.mutants' Makefile Kernel/loader/Makefile Kernel/loader/Kbuild .ci/run \
  | while read -r file; do
      [ -f "$file" ] && ! head -3 "$file" | grep -qE "SPDX-License-Identifier: $(license "$file")( \*/)?$" && echo "$file"
    done)
[ -z "$missing" ] || { echo "no license line: "$missing; exit 1; }
