#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file says its license in its first lines. Lists those that do not; exit 1 if any.
cd "$(dirname "$0")/.."
missing=$(git ls-files -- '*.swift' '*.py' '*.sh' '*.c' '*.h' '*.S' '*.ld' '*.mutants' Makefile .ci/run \
  | while read -r file; do [ -f "$file" ] && ! head -3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' && echo "$file"; done)
[ -z "$missing" ] || { echo "no license line: "$missing; exit 1; }
