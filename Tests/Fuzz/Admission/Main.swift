// SPDX-License-Identifier: Apache-2.0
// SwiftPM renames `main` to this, so libFuzzer's own `main` cannot be used.

import FuzzDriver

@_cdecl("fuzz_admission_main")
func start(_ count: CInt, _ arguments: UnsafeMutableRawPointer) -> CInt {
  drive(count, arguments, fuzzAdmission)
}
