// SPDX-License-Identifier: Apache-2.0
// The tables of the core's private memory. Each is a column: a row of words, addressed by an index.
//
// There are two generations of claims. `current` is what the hypervisor acts by; `next` is where a transition
// builds. `Machine.flip()` exchanges the two, which is the whole of a commit.

/// A column of words in the core's private memory.
public enum Table: UInt8, Sendable {
  /// Claims in force: first resource.
  case currentBase
  /// Claims in force: end, exclusive.
  case currentEnd
  /// Claims in force: owner (a cell id, or `Owner.hypervisor`).
  case currentOwner
  /// Claims in force: rights and marks (`Marks`).
  case currentMarks
  /// Claims in force: guest-physical start of memory claims.
  case currentGuest
  /// Claims in force: where the row came from when its generation was built (witness for the proofs).
  case currentSource
  /// Claims being built, as above.
  case nextBase
  case nextEnd
  case nextOwner
  case nextMarks
  case nextGuest
  case nextSource
  /// Scratch: positions sorted by base; two halves, each of the claims' capacity.
  case order
  /// Scratch: the inverse of `order`.
  case rank
  /// Scratch: where the rebuild put a source; first the old claims, then the items of the new configuration.
  case place
  /// Scratch: where the rebuild put a protected item (witness for the proofs).
  case protectedPlace
  /// Scratch: guest-physical ranges of one configuration.
  case guestBase
  case guestEnd
  /// Scratch: what a guest-physical range is mapped to, as a distance (host minus guest, modulo 2^64).
  case guestTarget
  /// Scratch: marks of a guest-physical range; always 0.
  case guestMarks
  /// Phase of each cell (`Phase`), by cell id.
  case phase
  /// Flags of each cell's configuration.
  case cellFlags
  /// The 32 bytes of each cell's name, as four little-endian words.
  case name0
  case name1
  case name2
  case name3
  /// Whether a confidential cell has been loaded since its last scrub.
  case loaded
  /// By CPU: the cell whose code runs there; `Owner.hypervisor` while the CPU is parked or not in use.
  case occupant
  /// Scratch: by CPU, the row of root's base layer that names it (witness for the proofs).
  case home
  /// The core's registers, one word each (`Register`).
  case registers
  /// By page of the pool: 0 where it is free, else the number of the tree that it belongs to, plus 1.
  case pageTree
  /// By page of the pool: the next free page. Means nothing of pages in use.
  case pageNext
  /// By page of the pool: its level in its tree, and which of the tables of that level it is: the guest-physical address that it
  /// maps first, without the bits that it translates (witnesses for the proofs).
  case pageLevel
  case pagePrefix
  /// By tree: its root page plus 1; 0 where there is no such tree.
  case treeRoot
  /// One word: the first free page of the pool; where there is none, not below the pool's size.
  case firstFree
  /// Words about the pool (`PoolWord`).
  case pool
  /// By tree: the row by which the arbitrary address is mapped or taken there (witness for the proofs; of that address alone).
  case mappedBy
  /// One word: the tree under construction plus 1; 0 where there is none (witness for the proofs). While there is one, nothing
  /// of other trees may change: see Sources/Symbolic/Machine/Trees.swift.
  case builtTree
  /// By cell, `PortBitmap.words` words: its I/O bitmaps, A and B. A bit that is 1 makes the access exit.
  case ports
  /// The MSR bitmaps, one page for all cells: reads below 0x2000, reads from 0xc0000000 on, writes of both.
  case msrBits
  /// Scratch: by CPU, whether it is to stand still while tables change (`Standing`).
  case standing
  /// By CPU: 1 where it has said that it stands still, and has not been told to go on (witness for the proofs).
  case stood
  /// By CPU: how often it has been given a new beginning. A CPU that has seen fewer begins anew.
  case launch
  /// By cell: where its CPUs begin, guest-physical.
  case resetAddress
  /// By cell: how often its answer to a message is looked for, as its configuration says; 0: as often as `Talk.most`.
  case replyTimeout
  /// By cell: the message that it has not answered yet, and how often that was looked for (`Talk`).
  case talk
  /// By CPU: how often it has asked to leave the hypervisor since it last did something else; 0: it does not ask.
  case leaving
  /// By CPU: the number by which interrupts are sent to it (x2APIC id).
  case interruptID
  /// One word: where the cells' communication pages begin, host-physical; 0 where there are none. The page of cell `c` is the `c`th.
  case communication
  /// What the system configuration says of the platform, for communication pages (`PlatformWord`).
  case platform
  /// By cell, `ConsoleWord.count` words: the console that its configuration names, as it stands there.
  case cellConsole
  /// By pin of root's first chips (chip << 7 | pin): what the hypervisor has let be entered there (`PinEntry`); 0 before it has looked.
  case redirection
  /// By cell, 16 words: the register that it has chosen of each of root's first chips.
  case chipIndex
  /// By cell: PCI's address register (port 0xcf8), as the cell has written it.
  case configAddress
  /// What a dry run has noted (`Notes`).
  case notes
}

/// Words of `Table.platform`.
public enum PlatformWord {
  /// The PM timer's port; base of PCI's memory-mapped configuration space, host-physical; kHz of the TSC, of the local APIC's timer.
  public static var timer: UInt64 { 0 }
  public static var mmconfig: UInt64 { 1 }
  public static var tsc: UInt64 { 2 }
  public static var apic: UInt64 { 3 }
  /// 1 where the configuration asks for a dry run.
  public static var dryRun: UInt64 { 4 }
  /// How many words there are.
  public static var count: UInt64 { 5 }
}

/// Words of a console in `Table.cellConsole`.
public enum ConsoleWord {
  /// How many words a cell's console has: 32 bytes.
  public static var count: UInt64 { 4 }
}

/// Words of `Table.pool`.
public enum PoolWord {
  /// Where the pool begins: number of its first host-physical page of 4 KiB.
  public static var start: UInt64 { 0 }
  /// Which of root's two trees is in force: 0 or 1.
  public static var rootTree: UInt64 { 1 }
  /// 1 where the processor has pages of 1 GiB (IA32_VMX_EPT_VPID_CAP, bit 17), where it has pages that can only be executed (bit 0).
  public static var hugePages: UInt64 { 2 }
  public static var executeOnly: UInt64 { 3 }
  /// How many words there are.
  public static var count: UInt64 { 4 }
}

/// Single words of the core's state: indices into `Table.registers`.
public enum Register {
  /// 1 while the hypervisor is enabled.
  public static var enabled: UInt64 { 0 }
  /// Number of claims in force.
  public static var claimCount: UInt64 { 1 }
  /// Architecture of the system configuration (0 x86, 1 ARM, 2 ARM64).
  public static var architecture: UInt64 { 2 }
  /// The hypervisor's console ports: first, and end.
  public static var consoleBase: UInt64 { 3 }
  public static var consoleEnd: UInt64 { 4 }
  /// 1 where stream ids carry a mask.
  public static var maskedStreams: UInt64 { 5 }
  /// Size of the system configuration's copy, bytes; where root's interrupt chips start in it, and how many there are.
  public static var systemSize: UInt64 { 6 }
  public static var chipsStart: UInt64 { 7 }
  public static var chipsCount: UInt64 { 8 }
  /// The bits of the L3 capacity mask that root may give away: first, and end.
  public static var cacheBase: UInt64 { 9 }
  public static var cacheEnd: UInt64 { 10 }
  /// How many registers there are.
  public static var count: UInt64 { 11 }
}

/// A set of tables: what a loop may write.
public struct TableSet: Sendable, Equatable {
  /// One bit per `Table`.
  public let rawValue: UInt64
  /// Wraps a bit set.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The set of one table.
  @inlinable public init(_ table: Table) { rawValue = 1 << UInt64(table.rawValue) }
  /// True where the table belongs to the set.
  @inlinable public func includes(_ table: Table) -> Bool { rawValue & (1 << UInt64(table.rawValue)) != 0 }
  /// Both sets.
  @inlinable public static func | (a: TableSet, b: TableSet) -> TableSet {
    TableSet(rawValue: a.rawValue | b.rawValue)
  }
  /// The columns of the generation that is being built.
  public static var next: TableSet {
    TableSet(.nextBase) | TableSet(.nextEnd) | TableSet(.nextOwner) | TableSet(.nextMarks)
      | TableSet(.nextGuest) | TableSet(.nextSource)
  }
  /// The columns of the guest-physical scratch view.
  public static var guest: TableSet {
    TableSet(.guestBase) | TableSet(.guestEnd) | TableSet(.guestTarget) | TableSet(.guestMarks)
  }
  /// What only specifications read and only `Machine.witness` writes: silicon has none of it.
  public static var witnesses: TableSet {
    TableSet(.currentSource) | TableSet(.nextSource) | TableSet(.place) | TableSet(.home)
      | TableSet(.protectedPlace) | TableSet(.pageLevel) | TableSet(.pagePrefix) | TableSet(.mappedBy)
      | TableSet(.builtTree) | TableSet(.stood)
  }
  /// Not a table: what is cleared on handover (`Machine.scrub`).
  public static var scrubbing: TableSet { TableSet(rawValue: 1 << 63) }
  /// Not a table: CPUs that stood still go on by what the tables say (`Processor.order`).
  public static var releasing: TableSet { TableSet(rawValue: 1 << 61) }
  /// Not a table: the slots of the pages of the pool (`Machine.setSlot`).
  public static var slots: TableSet { TableSet(rawValue: 1 << 62) }
  /// What building a tree writes.
  public static var building: TableSet {
    .slots | TableSet(.pageTree) | TableSet(.pageNext) | TableSet(.pageLevel) | TableSet(.pagePrefix)
      | TableSet(.firstFree)
  }
  /// What making a tree writes.
  public static var tree: TableSet { .building | TableSet(.treeRoot) | TableSet(.mappedBy) }
  /// No table.
  public static var none: TableSet { TableSet(rawValue: 0) }
}
