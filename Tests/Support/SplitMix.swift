// SPDX-License-Identifier: Apache-2.0
// Numbers from a seed, so that a failure can be repeated: one generator for all tests.

/// A generator with a seed (SplitMix64).
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  /// Starts with a seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  /// True in `percent` of a hundred cases.
  public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  /// A number below `limit`.
  public mutating func below(_ limit: UInt64) -> UInt64 { UInt64.random(in: 0..<limit, using: &self) }
}
