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
replay 0 "a cell reads its neighbour's memory" tick:memory:0x110000
replay 1 "a cell writes what it may read, where what is read may be written" sensor:write:0x100008 \
  --fault "verify-tables: what is read may be written"
replay 1 "a cell reads the hypervisor's console, where all ports are open" tick:port:0x3f8 --fault "ports: all are open at first"
replay 1 "root reads a running cell's memory, where loadable memory stays its own" root:memory:0x3a600000 \
  --fault "verify-tables: loadable memory stays root's after start"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
