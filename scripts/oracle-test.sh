#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots a debug build of the image under the bare-metal root, and replays on the model what it says of each transition. Usage: oracle-test.sh
# [debug|release]: which build of the programs is used. Status 0 where the model says the same. (testbed-test.sh does this with its second
# boot.)
set -uo pipefail
cd "$(dirname "$0")/.."
kind=${1:-release}
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
OSTROG=$PWD/.build/$kind/ostrog scripts/testbed.sh --xapic --oracle "$out" > /dev/null 2> "$out/errors"
status=$?
if [ ! -s "$out/screen.txt" ]; then tail -5 "$out/errors"; echo "oracle: nothing was booted"; exit 1; fi
".build/$kind/oracle" "$out/screen.txt" || exit 1
if [ "$status" != 0 ]; then tail -5 "$out/errors"; echo "oracle: the boot does not end as it should"; exit 1; fi
