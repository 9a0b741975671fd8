#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes for SECONDS each, and writes the worst configurations that it came to, with what the simulator says of each, to Tests/Fuzz/worst.txt, which the
# testbed hands to the hypervisor in Bochs. Usage: worst.sh SECONDS. 0: the list stays what it is; what the simulator says of each is found out again.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: worst.sh SECONDS}
scratch=.build-fuzz
if [ "$seconds" != 0 ]; then
  scripts/fuzz.sh "$seconds" create binary admission
  # Those cells that the admission fuzzer makes of its inputs.
  rm -rf $scratch/cells && mkdir -p $scratch/cells
  find $scratch/corpus/admission $scratch/seeds/admission -type f -print0 \
    | OSTROG_FUZZ_CELLS=$scratch/cells xargs -0 -n 500 $scratch/release/fuzz-admission > $scratch/log 2>&1
fi
swift build -c release -Xswiftc -enable-testing --product worst
if [ "$seconds" = 0 ]; then
  .build/release/worst measure Tests/Fuzz/worst.txt
else
  .build/release/worst choose Tests/Fuzz/worst.txt $scratch/{corpus,seeds}/{create,binary} $scratch/cells
fi
