#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes admission, the creation of a cell under the testbed, and both readers, SECONDS each: fuzz.sh SECONDS [admission|create|binary|text…]
# First the inputs that once failed (Tests/Fuzz/regressions), then from the golden files and configs/, then whatever
# libFuzzer makes of them. What is new stays in .build-fuzz/corpus; an input that fails is written to .build-fuzz/found.
# Ends with `fuzz: N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: fuzz.sh SECONDS [admission|create|binary|text...]}; shift
kinds=("${@:-}"); [ -n "${kinds[0]}" ] || kinds=(admission create binary text)
scratch=.build-fuzz
passed=0 failed=0
export OSTROG_FUZZ=1 SWIFT_BACKTRACE=enable=no
rm -rf $scratch/seeds && mkdir -p $scratch/found && python3 Tests/Fuzz/seeds.py $scratch/seeds || exit 1

for kind in "${kinds[@]}"; do
  began=$SECONDS
  if ! swift build -c release --scratch-path $scratch -Xswiftc -sanitize=fuzzer --product fuzz-$kind > $scratch/log 2>&1; then
    grep -E 'error' $scratch/log | head -20; echo "  fuzz-$kind: FAILED to build"; failed=$((failed + 1)); continue
  fi
  built=$((SECONDS - began))
  corpus=$scratch/corpus/$kind; mkdir -p "$corpus"
  fuzzer=$scratch/release/fuzz-$kind
  limits=(-timeout=10 -rss_limit_mb=2048 -artifact_prefix="$scratch/found/$kind-")
  mapfile -t old < <(find Tests/Fuzz/regressions "$scratch/seeds" -path "*/$kind/*" -type f | sort)
  if ! "$fuzzer" "${limits[@]}" "${old[@]}" > $scratch/log 2>&1; then
    input=$(grep -a '^Running: ' $scratch/log | tail -1)
    grep -aE 'Fatal error|ERROR' $scratch/log | head -3; grep -aE '^    #[0-9]+ .* in ' $scratch/log | grep -a "$PWD/Sources" | head -3
    echo "  fuzz-$kind: FAILED on a known input: ${input#Running: }"; failed=$((failed + 1)); continue
  fi
  if "$fuzzer" "${limits[@]}" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    "$corpus" "$scratch/seeds/$kind" > $scratch/log 2>&1; then
    runs=$(grep -a 'stat::number_of_executed_units' $scratch/log | grep -oE '[0-9]+$')
    echo "  fuzz-$kind: ${#old[@]} known inputs, $runs runs in $seconds s, $(find "$corpus" -type f | wc -l) inputs kept (built in $built s)"
    passed=$((passed + 1))
  else
    grep -aE 'Fatal error|ERROR|Test unit' $scratch/log | head -5; grep -aE '^    #[0-9]+ .* in ' $scratch/log | grep -a "$PWD/Sources" | head -3
    echo "  fuzz-$kind: FAILED"; failed=$((failed + 1))
  fi
done
echo "fuzz: $passed passed, $failed failed"
[ $failed = 0 ]
