// SPDX-License-Identifier: Apache-2.0
// Statements "for all" are written for one arbitrary point; the host tries every point, a solver gets a fresh one.

/// One arbitrary choice of everything that a statement may speak of.
public struct Point<L: Logic> {
  /// Some cell.
  public var cell: L.Cell
  /// Another cell, or the same.
  public var other: L.Cell
  /// Some resource.
  public var resource: L.Resource
  /// Some right.
  public var right: L.Right

  /// Makes a point.
  public init(cell: L.Cell, other: L.Cell, resource: L.Resource, right: L.Right) {
    self.cell = cell
    self.other = other
    self.resource = resource
    self.right = right
  }
}

/// A proposition with a name for reports.
public struct Condition<L: Logic> {
  /// What it says, in a few words.
  public let name: String
  /// Whether it holds.
  public let holds: L.Truth

  /// Names a proposition.
  public init(_ name: String, _ holds: L.Truth) {
    self.name = name
    self.holds = holds
  }
}
