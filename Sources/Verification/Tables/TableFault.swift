// SPDX-License-Identifier: Apache-2.0
// A place at which the tables that were built are not what the configuration grants.

import Core

/// A counterexample: who, when, where, what.
public struct TableFault: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// Something is reached that is not granted, or with other rights, or at another place.
    case grantsOther
    /// What is granted is not reached.
    case missing
    /// The hypervisor's memory is reached, its tables among it.
    case reachesHypervisor
    /// A page is reached that nobody may reach.
    case reachesKept
    /// Memory is reached that another member has for itself.
    case reachesOther(Int)
    /// A processor would not take the tables.
    case broken(String)
    /// A port is open that is not the member's; a port of the member's exits.
    case portOpen
    case portShut
    /// A model-specific register is open that is not on the list; one of the list exits.
    case registerOpen
    case registerShut
    /// A request is refused when tables are built: why, and which.
    case refused(Reason, String)
  }
  /// What is wrong.
  public var kind: Kind
  /// Whose tables.
  public var member: Int
  /// After which request, with which cells.
  public var stage: String
  /// Guest-physical address, port, or number of a register.
  public var value: UInt64
  /// Where it leads, host-physical, and with which rights; nil where it leads nowhere.
  public var host: UInt64?
  public var rights: UInt64 = 0
  /// The same by the configuration.
  public var dueHost: UInt64?
  public var dueRights: UInt64 = 0
}

/// What became of the tables of a set.
public struct TableConfirmation: Sendable {
  /// The first counterexample of each kind for each member, in the order of the lives.
  public var faults: [TableFault] = []
  /// What Z3 could not decide; empty where all was.
  public var undecided: [String] = []
  /// Requests carried out; after how many of them all tables were read back.
  public var steps = 0
  public var moments = 0
  /// Tables, I/O bitmaps and MSR bitmaps that were read back.
  public var tables = 0
  public var bitmaps = 0
  /// Questions that were put to Z3; each different one once.
  public var questions = 0
  /// The most pages that tables took at once, new ones beside old ones; and the most that there can be by the bound of R16.
  public var pages: UInt64 = 0
  public var bound: UInt64 = 0
  /// Pages that the pool has on the image.
  public var pool: UInt64 = 0
  /// Time spent, building and Z3.
  public var elapsed = Duration.zero

  /// Everything was built, read back and confirmed, in no more pages than calculated.
  public var holds: Bool { faults.isEmpty && undecided.isEmpty && pages <= bound }
}
