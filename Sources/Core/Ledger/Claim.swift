// SPDX-License-Identifier: Apache-2.0
// A claim: somebody has these resources, with these rights. The ledger is a list of claims, in no order.

/// A row of the ledger.
public struct Claim<W: Word>: LoopState {
  /// First resource (`Space` in the upper four bits).
  public var base: W
  /// End, exclusive; equal to `base` where there is nothing to claim.
  public var end: W
  /// Cell id, or `Owner.hypervisor`.
  public var owner: W
  /// `Marks`.
  public var marks: W
  /// Guest-physical start of a memory claim, else 0.
  public var guest: W
  /// Makes a claim.
  @inlinable public init(base: W, end: W, owner: W, marks: W, guest: W = 0) {
    self.base = base
    self.end = end
    self.owner = owner
    self.marks = marks
    self.guest = guest
  }
  public func map(_ transform: (W) -> W) -> Claim<W> {
    Claim(
      base: transform(base), end: transform(end), owner: transform(owner), marks: transform(marks),
      guest: transform(guest))
  }
  /// A claim of nothing.
  @inlinable public static var nothing: Claim { Claim(base: 0, end: 0, owner: 0, marks: 0) }
}

/// The two generations of the ledger.
public enum Generation: Sendable {
  /// What the hypervisor acts by.
  case current
  /// What a transition builds.
  case next

  /// First resources.
  @inlinable public var base: Table { self == .current ? .currentBase : .nextBase }
  /// Ends.
  @inlinable public var end: Table { self == .current ? .currentEnd : .nextEnd }
  /// Owners.
  @inlinable public var owner: Table { self == .current ? .currentOwner : .nextOwner }
  /// Rights and marks.
  @inlinable public var marks: Table { self == .current ? .currentMarks : .nextMarks }
  /// Guest-physical starts.
  @inlinable public var guest: Table { self == .current ? .currentGuest : .nextGuest }
  /// Where the row came from.
  @inlinable public var source: Table { self == .current ? .currentSource : .nextSource }
}

extension Machine {
  /// A row of a generation.
  public func claim(_ generation: Generation, _ row: W) -> Claim<W> {
    Claim(
      base: read(generation.base, row), end: read(generation.end, row),
      owner: read(generation.owner, row), marks: read(generation.marks, row),
      guest: read(generation.guest, row))
  }
  /// Sets a row of the generation under construction, and where it came from.
  func setNext(_ row: W, _ claim: Claim<W>, source: W) {
    write(.nextBase, row, claim.base)
    write(.nextEnd, row, claim.end)
    write(.nextOwner, row, claim.owner)
    write(.nextMarks, row, claim.marks)
    write(.nextGuest, row, claim.guest)
    witness(.nextSource, row, source)
  }
}
