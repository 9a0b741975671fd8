// SPDX-License-Identifier: Apache-2.0
// Which Z3 this is.

import CZ3

extension Z3Context {
  /// Version of the library that is loaded: `4.8.12.0`.
  public static var version: String { Z3_get_full_version().map { String(cString: $0) } ?? "unknown" }
}
