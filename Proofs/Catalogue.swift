// SPDX-License-Identifier: Apache-2.0
// All theorems.

/// The theorems of the project.
public enum Catalogue {
  /// Every theorem, the model's first.
  public static var all: [any Theorem] { model + core }
}
