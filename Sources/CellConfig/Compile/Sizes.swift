// SPDX-License-Identifier: Apache-2.0
// Sizes as people write them.

/// Writes sizes.
public enum Sizes {
  /// `64K`, `16M`, `1G`; the plain number where no unit divides it. Reads back to the same number.
  public static func text(_ bytes: UInt64) -> String {
    for (unit, shift) in [("T", 40), ("G", 30), ("M", 20), ("K", 10)] as [(String, UInt64)]
    where bytes != 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}
