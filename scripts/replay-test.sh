#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A witness in the testbed: stopped by the image, and broken out with by an image with the fault that it is a witness of. Needs
# .build/release/verify and ostrog; about a minute for each boot. The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
passed=0 failed=0
replay() { # status name witness [--fault FAULT]
  local status=$1 name=$2 witness=$3 said; shift 3
  said=$(.build/release/verify --replay "$folder" --replay-witness "$witness" configs/bochs*.cell && scripts/replay.py "$@" "$folder")
  if [ $? = "$status" ]; then passed=$((passed + 1)); echo "  $name: ${said##*$'\n'}"
  else failed=$((failed + 1)); echo "  FAILED $name: $said"; fi
}
too_big="verify-tables: a page too big at the end of a region"
replay 0 "a cell reads its neighbour's memory" tick:memory:0x110000
replay 1 "with a page too big at the end of a region" tick:memory:0x110000 --fault "$too_big"
replay 1 "with a port more at the end" linux:port:0x300 --fault "verify-tables: a port more at the end"
replay 1 "root reads a new cell's memory, with its old tables in force" root:memory:0x3a600000 \
  --fault "verify-tables: create leaves root's old tables in force"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
