// SPDX-License-Identifier: Apache-2.0
// One thing that a cell tries and must not be able to do: from a counterexample, or as it is written on the command line.

import Core

/// What a cell tries.
public struct Attempt: Sendable, Hashable {
  /// Ways to try, by their names on the command line. `Kernel/inmates/attack.c` knows each by a number.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case memory, write, execute, port
    case portWrite = "port-write"
    case msr
    case msrWrite = "msr-write"

    /// The number.
    var number: Int {
      switch self {
      case .memory: 0
      case .write: 1
      case .execute: 2
      case .port: 3
      case .portWrite: 4
      case .msr: 20
      case .msrWrite: 21
      }
    }
    /// The largest value that makes sense; memory is tried below 4 GiB, which is what the programs map.
    var limit: UInt64 {
      switch self {
      case .memory, .write, .execute, .msr, .msrWrite: 0xffff_ffff
      case .port, .portWrite: 0xffff
      }
    }
    /// `reads guest-physical`.
    var words: String {
      switch self {
      case .memory: "reads guest-physical"
      case .write: "writes guest-physical"
      case .execute: "runs guest-physical"
      case .port: "reads I/O port"
      case .portWrite: "writes I/O port"
      case .msr: "reads MSR"
      case .msrWrite: "writes MSR"
      }
    }
  }
  /// Which member: 0 is root.
  public var member: Int
  /// How.
  public var kind: Kind
  /// Guest-physical address, port, or number of a register.
  public var value: UInt64

  /// What a counterexample says can be done; nil where it says that something cannot be done, or that tables are broken.
  init?(_ fault: TableFault) {
    member = fault.member
    value = fault.value
    switch fault.kind {
    case .grantsOther, .reachesHypervisor, .reachesKept, .reachesOther:
      // A right that is not due; where the place alone is wrong, reading.
      let more = fault.host == fault.dueHost ? fault.rights & ~fault.dueRights : fault.rights
      kind = more & Marks.read != 0 ? .memory : more & Marks.write != 0 ? .write : .execute
      if more == 0 { return nil }
    case .portOpen: kind = .port
    case .registerOpen: kind = fault.rights & Marks.write != 0 ? .msrWrite : .msr
    case .missing, .broken, .portShut, .registerShut, .refused: return nil
    }
  }

  /// `linux:memory:0x3a000000`; nil, and a reason, where it is not understood.
  static func parse(_ text: String, in set: MachineSet) throws(ReplayProblem) -> Attempt {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else {
      throw ReplayProblem("\(text): is no witness; write CELL:KIND:VALUE, such as linux:memory:0x3a000000")
    }
    guard let member = set.members.first(where: { $0.name == parts[0] || ($0.isRoot && parts[0] == "root") })
    else {
      throw ReplayProblem(
        "\(parts[0]): no such cell; there are root, \(set.cells.map(\.name).joined(separator: ", "))")
    }
    guard let kind = Kind(rawValue: parts[1]) else {
      throw ReplayProblem(
        "\(parts[1]): no such kind; there are \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let digits = parts[2].hasPrefix("0x") ? String(parts[2].dropFirst(2)) : parts[2]
    guard let value = UInt64(digits, radix: parts[2].hasPrefix("0x") ? 16 : 10) else {
      throw ReplayProblem("\(parts[2]): no number")
    }
    return Attempt(member: member.index, kind: kind, value: value)
  }

  private init(member: Int, kind: Kind, value: UInt64) {
    (self.member, self.kind, self.value) = (member, kind, value)
  }
}

/// Why nothing can be replayed.
public struct ReplayProblem: Error {
  /// In words.
  public let text: String
  init(_ text: String) { self.text = text }
}
