// SPDX-License-Identifier: Apache-2.0
// Random words, as configurations hold them.

import TestSupport

extension SplitMix {
  /// A word that is often small, round or at an edge.
  mutating func word() -> UInt64 {
    switch UInt8.random(in: 0..<6, using: &self) {
    case 0: 0
    case 1: UInt64.random(in: 0..<256, using: &self)
    case 2: UInt64.random(in: 0..<0x10_0000, using: &self) << 12
    case 3: UInt64.random(in: 0..<64, using: &self) << 30
    case 4: UInt64.max
    default: next()
    }
  }

  mutating func narrow<T: FixedWidthInteger & UnsignedInteger>(_: T.Type = T.self) -> T {
    T(truncatingIfNeeded: word())
  }
}
