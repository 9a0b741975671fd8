// SPDX-License-Identifier: Apache-2.0
// What admission looks at: ranges, each with a key. Two ranges with different keys must not overlap, unless both are
// marked shareable. Seen one way the ranges are the ledger's claims and the key is the owner (P1); seen the other way
// they are a cell's guest-physical ranges and the key is what they map to (rule M6). One algorithm, one theorem.

/// Four columns that admission reads.
public enum View: Sendable {
  /// The claims of the next generation, keyed by owner.
  case claims
  /// The guest-physical ranges of one configuration, keyed by target.
  case guest

  /// First word of each range.
  @inlinable public var base: Table { self == .claims ? .nextBase : .guestBase }
  /// End of each range, exclusive.
  @inlinable public var end: Table { self == .claims ? .nextEnd : .guestEnd }
  /// The key of each range.
  @inlinable public var key: Table { self == .claims ? .nextOwner : .guestTarget }
  /// Marks of each range: `Marks.base` excuses it, `Marks.shareable` lets it overlap others of that kind.
  @inlinable public var marks: Table { self == .claims ? .nextMarks : .guestMarks }
}
