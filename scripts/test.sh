#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The whole test run. Each step adds to what passed and failed; the last line is `N passed, N failed`.
# Exit 0 only where nothing failed. Usage: test.sh [STEP…]; without steps, all of them, and what follows the build in two
# lanes at once: few steps keep two CPUs busy by themselves. What failed is named once more before the last line: of a long log often only the end is kept.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/build-flags.sh
log=$(mktemp -d); trap 'rm -rf "$log"' EXIT
passed=0 failed=0
# What failed, by name: one file for all lanes.
export OSTROG_FAILURES=${OSTROG_FAILURES:-$log/failures}
failure() { printf '%s\n' "$1" | cut -c1-300 >> "$OSTROG_FAILURES"; } # name
failures() { grep -aE "$1" "$2" | head -20 | sed 's/^ */  /' | cut -c1-300 >> "$OSTROG_FAILURES"; } # pattern log
tally() { passed=$((passed + $1)); failed=$((failed + $2)); } # passed failed

# Runs a step that is one check: its output is shown where it fails.
one() { # name command…
  local name=$1; shift
  if "$@" > "$log/one" 2>&1; then tally 1 0; echo "  $name: passed"
  else tally 0 1; cat "$log/one"; echo "  $name: FAILED"; failure "$name"; fi
}
# Runs a step that ends with a line `… N passed, N failed`.
many() { # name command…
  local name=$1 status=0; shift
  "$@" 2>&1 | tee "$log/many"; status=${PIPESTATUS[0]}
  local line; line=$(grep -aoE '[0-9]+ passed, [0-9]+ failed' "$log/many" | tail -1)
  if [ -z "$line" ]; then tally 0 1; echo "  $name: FAILED (no result line)"; failure "$name: no result line"; return; fi
  local good=${line%% passed*} bad=${line##*, }; bad=${bad%% failed}
  # A step that fails without counting a failure is one failure.
  [ "$status" != 0 ] && [ "$bad" = 0 ] && bad=1
  if [ "$bad" != 0 ]; then
    failure "$name: $bad failed"
    failures 'FAILED|SURVIVED|TIMEOUT|ERROR  |INVALID|fails already' "$log/many"
  fi
  tally "$good" "$bad"
}
step_build() {
  if ! swift build "${build_flags[@]}" --build-tests > "$log/build" 2>&1; then
    grep -E 'error|warning' "$log/build" | sort -u | head -60; tail -5 "$log/build"
    tally 0 1; echo "  build: FAILED"; failure build; return 1
  fi
  tally 1 0; echo "  build: passed"
}
step_lint() {
  one "swift format lint" swift format lint --strict -r $lint_paths
  one "license line first in each source file" scripts/check-headers.sh
}
step_golden() { one "golden files are what the packer writes" Tests/Golden/generate.py --check; }
step_unit() {
  rm -f "$log"/unit*.xml
  swift test "${build_flags[@]}" --skip-build --xunit-output "$log/unit.xml" > "$log/unit" 2>&1
  local status=$?
  local line; line=$(python3 scripts/count-tests.py "$log"/unit*.xml) || status=1
  local good=${line%% passed*} bad=${line##*, }; bad=${bad%% failed}
  [ "$status" != 0 ] && [ "${bad:-0}" = 0 ] && bad=1
  if [ "${bad:-0}" != 0 ]; then
    grep -vE '^(◇|✔|Test Case .*(started|passed))' "$log/unit" | tail -80
    failure "unit tests: $bad failed"
    failures '^✘ Test .* failed after|error: .*failed|Fatal error' "$log/unit"
  fi
  echo "  unit tests: $line"
  tally "${good:-0}" "${bad:-0}"
}
# All theorems, each a check.
step_theorems() {
  .build/release/prove > "$log/theorems" 2>&1
  local status=$? good bad
  good=$(grep -ac '^proved ' "$log/theorems") bad=$(grep -ac '^NOT PROVED ' "$log/theorems")
  [ "$status" != 0 ] && [ "$bad" = 0 ] && bad=1
  if [ "$bad" != 0 ]; then
    grep -av '^proved ' "$log/theorems" | cut -c1-1000
    failure "theorems: $bad failed"
    failures '^(NOT PROVED|FAILED) ' "$log/theorems"
  fi
  echo "  theorems: $good passed, $bad failed; $(tail -n 1 "$log/theorems")"
  tally "$good" "$bad"
}
step_gate() {
  one "embedded gate" scripts/embedded-gate.sh
  many "embedded gate's self-test" scripts/embedded-gate-selftest.sh
}
# One image for all that boot it in this run; where it cannot be built, each of them says so.
need_image() {
  [ -n "${OSTROG_IMAGE:-}" ] && return
  if scripts/image.sh "$log/image" > "$log/image.log" 2>&1; then export OSTROG_IMAGE=$log/image; fi
}
step_testbed() { need_image; many "four CPUs in Bochs, under a bare-metal root" scripts/testbed-test.sh; }
step_compare() { many "the simulator beside Bochs" scripts/compare.sh; }
# Debian's kernel as root: the loader by itself, by the tool, and with a second Linux in a cell.
step_linux() {
  need_image
  many "the loader under Debian's kernel" scripts/linux-test.sh
  many "the tool under Debian's kernel" scripts/tool-test.sh
  many "a second Linux in a cell" scripts/cell-linux-test.sh
  many "a second Linux in a cell, in x2APIC mode" scripts/cell-linux-test.sh --x2apic
}
# Kernels of other Debian releases as root: the loader under the oldest that it is for; and turned against the hypervisor the newest for which Debian has packages, or where it cannot be
# had this machine's.
step_kernels() {
  local oldest newest
  need_image
  oldest=$(scripts/kernels.sh bullseye=5.10 | cut -d' ' -f1) newest=$(scripts/kernels.sh trixie-backports | cut -d' ' -f1)
  if [ -n "$oldest" ]; then KERNEL=$oldest many "the loader under Linux $oldest" scripts/linux-test.sh; fi
  KERNEL=${newest:-${KERNEL:-}} many "a root kernel that has turned${newest:+, Linux $newest}" scripts/rogue-test.sh
}
step_fuzz() { many "fuzzing" scripts/fuzz.sh "${FUZZ_SECONDS:-20}"; }
step_mutants() {
  one "mutant lists are well formed" scripts/mutants.py --check
  # The unchanged tree's theorems are another step's.
  many "mutants" scripts/mutants.py --theorems-proved --sample "${MUTANTS:-10}" --seed "$(git rev-parse HEAD 2> /dev/null || echo none)"
}

run() { # step…
  local step began
  for step in "$@"; do
    began=$SECONDS
    echo "== $step"
    # Without a build there is nothing to test; what does not need one has run before.
    "step_$step" || { [ "$step" = build ] && return 1; }
    echo "== $step: $((SECONDS - began)) s"
  done
}
# What a lane says is shown when all have ended, in one piece; before, how long each step took. Its last line is what it adds.
lanes() { # 'step…'…
  local lane number=0 lines=() line
  for lane in "$@"; do
    # shellcheck disable=SC2086
    { scripts/test.sh $lane 2>&1 | tee "$log/lane$number" | grep -a --line-buffered '^== .* s$'; } &
    lines+=($!) number=$((number + 1))
  done
  for number in "${!lines[@]}"; do
    wait "${lines[$number]}"
    head -n -1 "$log/lane$number"
    line=$(tail -n 1 "$log/lane$number")
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then tally "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    else echo "$line"; tally 0 1; echo "  a lane of tests: FAILED (no result line)"; failure "a lane of tests: no result line"; fi
  done
}

if [ $# -gt 0 ]; then run "$@"
elif run lint golden build; then need_image; lanes "theorems unit fuzz testbed mutants gate" "compare linux kernels"; fi
# A lane's are said at the end of all.
if [ "$OSTROG_FAILURES" = "$log/failures" ] && [ -s "$OSTROG_FAILURES" ]; then echo "== what failed"; cat "$OSTROG_FAILURES"; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
