// SPDX-License-Identifier: Apache-2.0
// A claim of the ledger as a plain value, whoever made it: the confirmation trusts nothing about where it came from.

import Core

/// Who holds a claim.
public enum Party: Sendable, Hashable, Comparable {
  /// The hypervisor: its memory, and what it keeps from every cell.
  case hypervisor
  /// A member of the set, by position; 0 is the root cell.
  case cell(Int)

  private var order: Int {
    switch self {
    case .hypervisor: -1
    case .cell(let index): index
    }
  }
  /// The hypervisor first, then the members in order.
  public static func < (a: Party, b: Party) -> Bool { a.order < b.order }
}

/// Rights and marks of a claim; the bits are those of the core's ledger.
public struct ClaimMarks: OptionSet, Sendable, Hashable {
  /// The ledger's word.
  public let rawValue: UInt64
  /// Wraps the ledger's word.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The owner may read.
  public static let read = ClaimMarks(rawValue: Marks.read)
  /// The owner may write.
  public static let write = ClaimMarks(rawValue: Marks.write)
  /// The owner may execute.
  public static let execute = ClaimMarks(rawValue: Marks.execute)
  /// The owner's devices may access.
  public static let dma = ClaimMarks(rawValue: Marks.dma)
  /// What root has unless somebody else claims it.
  public static let base = ClaimMarks(rawValue: Marks.base)
  /// Another cell may claim it too, if it says so as well.
  public static let shareable = ClaimMarks(rawValue: Marks.shareable)
  /// Root keeps what its base layer says.
  public static let keepsRoot = ClaimMarks(rawValue: Marks.keepsRoot)
  /// Root has it while the cell is loadable.
  public static let loadable = ClaimMarks(rawValue: Marks.loadable)
}

/// Somebody has `base ..< end` of a space.
public struct Claim: Sendable, Hashable {
  /// Which kind of resource.
  public var space: Space
  /// First resource, counted from the space's own 0.
  public var base: UInt64
  /// End, exclusive.
  public var end: UInt64
  /// Who has it.
  public var owner: Party
  /// Rights and marks.
  public var marks: ClaimMarks
  /// Makes a claim.
  public init(_ space: Space, _ base: UInt64, _ end: UInt64, _ owner: Party, _ marks: ClaimMarks = []) {
    self.space = space
    self.base = base
    self.end = end
    self.owner = owner
    self.marks = marks
  }
}

extension Space {
  /// Every space that the ledger knows.
  static let everySpace: [Space] = [.memory, .port, .cpu, .function, .interrupt, .cacheWay, .stream]
  /// One past the last resource of any space, counted from the space's own 0.
  static let size: UInt64 = 1 << 60

  /// `host-physical address`, `I/O port`, …
  var noun: String {
    switch self {
    case .memory: "host-physical address"
    case .port: "I/O port"
    case .cpu: "CPU"
    case .function: "PCI function"
    case .interrupt: "interrupt line"
    case .cacheWay: "cache bit"
    case .stream: "stream id"
    }
  }

  /// A resource in words: `host-physical 0x3b000000`, `CPU 2`, `0000:00:1f.6`.
  func text(_ value: UInt64) -> String {
    switch self {
    case .memory: "host-physical \(hex(value))"
    case .port: "port \(hex(value))"
    case .cpu: "CPU \(value)"
    case .function: "PCI function \(functionText(UInt32(truncatingIfNeeded: value)))"
    case .interrupt:
      "interrupt line \(value & 0x3ff)" + (value >> 10 == 0 ? "" : " of the chip at \(hex(value >> 10))")
    case .cacheWay: "cache bit \(value)"
    case .stream: "stream id \(hex(value))"
    }
  }

  /// The witness space that findings use.
  var witness: Witness.Space {
    switch self {
    case .memory: .hostPhysical
    case .port: .port
    case .cpu: .cpu
    case .function: .function
    case .interrupt: .pin
    case .cacheWay: .cacheBit
    case .stream: .stream
    }
  }
}
