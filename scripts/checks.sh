# SPDX-License-Identifier: Apache-2.0
# Sourced. What tests that compare what was said have in common.
passed=0 failed=0
check() { # name condition…
  local name=$1; shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "  FAILED: $name"; fi
}
# The last line, and the end.
end() { echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; exit; }
