// SPDX-License-Identifier: Apache-2.0
// One of the (at most) two places that a finding is about.

import CellConfig

/// A place in a file and what stands there, in the reader's words.
public struct Side: Sendable, Hashable {
  /// File, line and excerpt, or byte offset.
  public var place: Place
  /// What stands there: `cell rtos, region 2 "heap": host-physical 0x3b000000-0x3bffffff (16 MiB), rw`.
  public var label: String
  /// The cell that the item belongs to; nil where it belongs to the machine.
  public var cell: String?
  /// Makes a side.
  public init(place: Place, label: String, cell: String? = nil) {
    self.place = place
    self.label = label
    self.cell = cell
  }
}
