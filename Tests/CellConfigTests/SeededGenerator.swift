// SPDX-License-Identifier: Apache-2.0
// A reproducible source of random numbers (SplitMix64).

struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

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
