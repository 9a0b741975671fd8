// SPDX-License-Identifier: Apache-2.0
// Where the simulator and Bochs differ, and why neither is mended. Promise: each has a vector of its own, so that one that is no more is noticed.

import Core

struct KnownDifference: Sendable {
  let name: String
  /// Who is right, and why the other stays as it is.
  let reason: String
  /// Whether a vector shows it: what Bochs does, what the simulator finds wrong, the fields.
  let holds: @Sendable (Entered, [String], [UInt64: UInt64]) -> Bool
  /// A vector that shows it.
  let vector: Vector

  static let all: [KnownDifference] = []
}
