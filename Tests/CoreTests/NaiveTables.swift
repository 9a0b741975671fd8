// SPDX-License-Identifier: Apache-2.0
// Page tables built the obvious way, to count them: a map from guest-physical pages to host-physical ones, cut into pieces,
// and a table wherever no page of the largest size will do. Shares no code with the core's bound.

/// A claim of memory, as numbers.
struct NaiveClaim {
  var base: UInt64
  var end: UInt64
  var owner: UInt64
  var guest: UInt64
  var isMapped = true
  var isSubPage = false
  var isSmall = false
  var isDMA = true
  /// Root keeps the memory all the same.
  var staysRoots = false
}

/// Guest-physical pages that are mapped alike.
struct Piece: Equatable {
  var first: UInt64
  var end: UInt64
  /// Host minus guest, modulo 2^64.
  var distance: UInt64
  var isSmall: Bool
}

/// One owner's tables.
struct NaiveTables {
  private var pieces: [Piece] = []
  /// Whether pages of 1 GiB are used.
  let hasHuge: Bool

  init(hasHuge: Bool) { self.hasHuge = hasHuge }

  /// Maps a range; what was there is mapped anew.
  mutating func map(_ piece: Piece) {
    unmap(piece.first, piece.end)
    pieces.append(piece)
  }

  /// Takes a range out.
  mutating func unmap(_ first: UInt64, _ end: UInt64) {
    pieces = pieces.flatMap { piece -> [Piece] in
      guard piece.first < end, first < piece.end else { return [piece] }
      var left = piece
      var right = piece
      left.end = max(piece.first, min(piece.end, first))
      right.first = min(piece.end, max(piece.first, end))
      return [left, right].filter { $0.first < $0.end }
    }
  }

  func isFree(_ first: UInt64, _ end: UInt64) -> Bool {
    !pieces.contains { $0.first < end && first < $0.end }
  }

  /// How many tables there are, the root included.
  func count() -> UInt64 {
    var merged: [Piece] = []
    for piece in pieces.sorted(by: { $0.first < $1.first }) {
      if let last = merged.last, last.end == piece.first, last.distance == piece.distance,
        last.isSmall == piece.isSmall
      {
        merged[merged.count - 1].end = piece.end
      } else {
        merged.append(piece)
      }
    }
    return max(1, tables(4, 0, merged[...]))
  }

  /// Tables at `level` and below, for the range that begins at `start`; `pieces` are those that touch it.
  private func tables(_ level: UInt64, _ start: UInt64, _ pieces: ArraySlice<Piece>) -> UInt64 {
    if pieces.isEmpty { return 0 }
    if level == 1 { return 1 }
    let size = UInt64(1) << (12 + 9 * (level - 1))
    var sum: UInt64 = 1
    var next = start
    for piece in pieces {
      let first = max(next, max(start, piece.first) / size * size)
      let end = min(piece.end, start + size * 512)
      var slot = first
      while slot < end {
        let touching = pieces.filter { $0.first < slot + size && slot < $0.end }
        if !isOnePage(touching, slot, size) { sum += tables(level - 1, slot, touching[...]) }
        slot += size
      }
      next = max(next, slot)
    }
    return sum
  }

  private func isOnePage(_ pieces: [Piece], _ slot: UInt64, _ size: UInt64) -> Bool {
    guard size == 1 << 21 || (hasHuge && size == 1 << 30), let only = pieces.first, pieces.count == 1 else {
      return false
    }
    return only.first <= slot && slot + size <= only.end && only.distance % size == 0 && !only.isSmall
  }
}

/// The tables of an owner over a ledger.
func naiveTables(
  _ ledger: [NaiveClaim], owner: UInt64, devices: Bool, hasHuge: Bool, extra: [UInt64]
) -> UInt64 {
  var tables = NaiveTables(hasHuge: hasHuge)
  for claim in ledger
  where claim.owner == owner && claim.isMapped && !claim.isSubPage && claim.base < claim.end {
    if devices && !claim.isDMA { continue }
    let end = claim.guest + (claim.end - claim.base)
    tables.map(
      Piece(first: claim.guest, end: end, distance: claim.base &- claim.guest, isSmall: claim.isSmall))
  }
  if owner == 0 {
    for claim in ledger where claim.owner != 0 && !claim.staysRoots && claim.base < claim.end {
      tables.unmap(claim.base & ~0xfff, (claim.end + 0xfff) & ~0xfff)
    }
  }
  if !devices {
    for page in extra where tables.isFree(page, page + 4096) {
      tables.map(Piece(first: page, end: page + 4096, distance: 0xdead_b000 &- page, isSmall: true))
    }
  }
  return tables.count()
}
