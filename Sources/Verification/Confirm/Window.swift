// SPDX-License-Identifier: Apache-2.0
// Cuts a space into contiguous windows with few claims each, so that each becomes a small question. Promise, and
// checked: the windows follow each other without gap from 0 to the end of the space, and every claim appears, cut to size,
// in every window that it meets.

import Core

/// One piece of a space with everything that lies in it.
struct Window: Sendable {
  /// First resource and end, exclusive.
  var base: UInt64
  var end: UInt64
  /// Claims cut to the window.
  var claims: [Claim]
}

/// Claims that begin in one window. Measured for Z3 4.8.12, per claim: 0.11 ms with 6 and 12, 0.23 ms with 24 (the sum of
/// the properties' formulas grows faster than the claims).
let windowLimit = 12

/// The windows of one space. `limit` is how many claims begin in one at most, unless they begin at one address.
func windows(_ space: Space, _ claims: [Claim], limit: Int = windowLimit) -> [Window] {
  let sorted = claims.sorted { ($0.base, $0.end) < ($1.base, $1.end) }
  var result: [Window] = []
  var start: UInt64 = 0
  var open: [Claim] = []
  var started = 0
  for (index, claim) in sorted.enumerated() {
    if open.isEmpty, start < claim.base {
      result.append(Window(base: start, end: claim.base, claims: []))
      start = claim.base
    }
    open.append(claim)
    started += 1
    // Only a new base can start a window: what lies before it is complete.
    let next = index + 1 < sorted.count ? sorted[index + 1].base : Space.size
    guard next > claim.base, started >= limit || index + 1 == sorted.count else { continue }
    // A gap becomes a window of its own, so that the free variable stays narrow.
    let stop = min(next, open.reduce(0) { max($0, $1.end) })
    result.append(Window(base: start, end: stop, claims: open.map { $0.cut(start, stop) }))
    open.removeAll { $0.end <= stop }
    (start, started) = (stop, 0)
  }
  if start < Space.size { result.append(Window(base: start, end: Space.size, claims: [])) }
  return result
}

/// Whether windows cover a space and carry every claim completely. A miss is a failure of the confirmation.
func cover(_ windows: [Window], _ claims: [Claim]) -> Bool {
  guard windows.first?.base == 0, windows.last?.end == Space.size else { return false }
  guard zip(windows, windows.dropFirst()).allSatisfy({ $0.end == $1.base }) else { return false }
  func total(_ claims: [Claim]) -> [Party: UInt64] {
    claims.reduce(into: [:]) { sums, claim in sums[claim.owner, default: 0] &+= claim.end &- claim.base }
  }
  let inside = windows.allSatisfy { window in
    window.claims.allSatisfy { window.base <= $0.base && $0.end <= window.end && $0.base < $0.end }
  }
  return inside && total(claims) == total(windows.flatMap(\.claims))
}

extension Claim {
  /// The part of the claim inside `start ..< stop`.
  func cut(_ start: UInt64, _ stop: UInt64) -> Claim {
    Claim(space, max(base, start), min(end, stop), owner, marks)
  }
}

/// Claims of the same space and owner with the same marks that touch become one: the union of a set of claims stays
/// what it is.
func merged(_ claims: [Claim]) -> [Claim] {
  var result: [Claim] = []
  let sorted = claims.sorted {
    ($0.space.rawValue, $0.owner, $0.marks.rawValue, $0.base)
      < ($1.space.rawValue, $1.owner, $1.marks.rawValue, $1.base)
  }
  for claim in sorted {
    if let last = result.last, last.space == claim.space, last.owner == claim.owner,
      last.marks == claim.marks,
      claim.base == last.end
    {
      result[result.count - 1].end = claim.end
    } else {
      result.append(claim)
    }
  }
  return result
}
