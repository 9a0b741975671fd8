#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots the testbed with the debug image, and takes what it tells on the model. Usage: oracle.sh [FOLDER]. Needs .build/release/oracle (or ORACLE) and
# .build/release/ostrog (or OSTROG); about a minute. Exit 0 where every transition is the model's.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-}
if [ -z "$out" ]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; fi
mkdir -p "$out"
# A machine that did not come to its end has told of transitions all the same.
"$root/scripts/testbed.sh" --oracle --xapic "$out" > "$out/said" 2> "$out/errors" || ended=no
"${ORACLE:-$root/.build/release/oracle}" "$out/oracle.txt"
if [ "${ended:-yes}" = no ]; then
  tail -3 "$out/said" "$out/errors"
  exit 1
fi
