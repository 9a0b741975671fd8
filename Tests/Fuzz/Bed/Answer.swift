// SPDX-License-Identifier: Apache-2.0
// What came of handing over a configuration.

import Simulator

/// The answer to hypercall CELL_CREATE, and what it took.
public struct Answer: Sendable, Equatable {
  /// What root is told: 0, or an errno, negative.
  public var code = 0
  /// Why: the core's reason; `admitted`; or `unread`, where management refused before a copy was made.
  public var kind = "unread"
  /// What the reason is about.
  public var subject: UInt64 = 0
  /// What the hypervisor has done for the answer.
  public var work = Work()
  /// Pages of tables in force more than before; of what was admitted.
  public var pages: UInt64 = 0
  /// Bytes that were cleared when it was destroyed.
  public var scrubbed: UInt64 = 0
  /// It takes memory that the testbed's root itself lives in.
  public var takesRoots = false

  public init() {}
}

/// Something is not as it must be.
public struct Finding: Error, CustomStringConvertible, Equatable {
  public let description: String
}
