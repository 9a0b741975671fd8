// SPDX-License-Identifier: Apache-2.0
// `verify --theorems`: reserved; to be wired to the catalogue of proofs.

/// Proves the theorems about model and core.
enum TheoremsMode {
  /// Returns the exit status.
  static func run() -> Int32 {
    Output.complain("this build does not prove theorems yet")
    return 2
  }
}
