// SPDX-License-Identifier: Apache-2.0
// The model on the host: truth is `Bool`, everything else a small number. A "for all" is tried out.

/// A finite universe that can be computed with.
public struct FiniteLogic: Logic {
  /// Truth values.
  public typealias Truth = Bool
  /// 0 is root, 1 the hypervisor.
  public typealias Cell = Int
  /// Resources, from 0.
  public typealias Resource = Int
  /// Raw values of `RightName`.
  public typealias Right = Int
  /// Raw values of `PhaseName`.
  public typealias Phase = Int
  /// What a resource holds; 0 is cleared.
  public typealias Value = Int

  /// Number of cells, root and hypervisor included.
  public let cells: Int
  /// Number of resources.
  public let resources: Int
  /// Which resources are CPUs.
  public let cpus: Set<Int>
  /// Which are interrupt pins.
  public let pins: Set<Int>
  /// Which the hypervisor cannot clear.
  public let registers: Set<Int>
  /// Every point of the universe.
  public let points: [Point<FiniteLogic>]

  /// Makes a universe.
  public init(cells: Int, resources: Int, cpus: Set<Int>, pins: Set<Int>, registers: Set<Int>) {
    self.cells = cells
    self.resources = resources
    self.cpus = cpus
    self.pins = pins
    self.registers = registers
    var points: [Point<FiniteLogic>] = []
    for cell in 0..<cells {
      for other in 0..<cells {
        for resource in 0..<resources {
          for right in RightName.allCases {
            points.append(Point(cell: cell, other: other, resource: resource, right: right.rawValue))
          }
        }
      }
    }
    self.points = points
  }

  /// See `Logic`.
  public func known(_ value: Bool) -> Bool { value }
  /// See `Logic`.
  public var root: Int { 0 }
  /// See `Logic`.
  public var hypervisor: Int { 1 }
  /// See `Logic`.
  public func right(_ name: RightName) -> Int { name.rawValue }
  /// See `Logic`.
  public func phase(_ name: PhaseName) -> Int { name.rawValue }
  /// See `Logic`.
  public func isCPU(_ x: Int) -> Bool { cpus.contains(x) }
  /// See `Logic`.
  public func isPin(_ x: Int) -> Bool { pins.contains(x) }
  /// See `Logic`.
  public func isClearable(_ x: Int) -> Bool { !registers.contains(x) }
  /// See `Logic`.
  public var cleared: Int { 0 }
  /// See `Logic`.
  public var signal: Int { 0x5eed }
  /// A function in which different arguments seldom have equal results.
  public func combine(_ a: Int, _ b: Int) -> Int {
    let mixed =
      (UInt32(truncatingIfNeeded: a) &* 0x9e37_79b1) ^ (UInt32(truncatingIfNeeded: b) &* 0x85eb_ca6b)
    return Int((mixed ^ (mixed >> 15)) &* 0x2c1b_3c6d | 1)
  }
}
