// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#endif

/// Ends the process, with everything printed.
func exitWith(_ status: Int32) -> Never {
  fflush(nil)
  exit(status)
}

/// Writes a file anew; false if that is not possible.
func write(_ text: String, to path: String) -> Bool {
  guard let file = fopen(path, "w") else { return false }
  let isWritten = fputs(text, file) >= 0
  return fclose(file) == 0 && isWritten
}

/// Prints what was said so far, also into a file.
func flush() { fflush(nil) }
