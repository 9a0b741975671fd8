// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#endif

/// Ends the process, with everything printed.
func exitWith(_ status: Int32) -> Never {
  fflush(nil)
  exit(status)
}
