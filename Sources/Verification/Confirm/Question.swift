// SPDX-License-Identifier: Apache-2.0
// One window's question to Z3: is there a resource in it that breaks a property? The address is free; everything else
// is a number.

import Core
import Symbolic

/// A property that is confirmed for every resource of a space.
public enum Property: String, Sendable, Hashable, CaseIterable {
  /// At most one owner, unless both claims are marked shareable.
  case exclusive = "P1"
  /// The hypervisor's memory is reachable from no cell.
  case hypervisor = "P2"
  /// What no cell may map is reachable from no cell; ports past 0xffff do not exist.
  case forbidden = "P14"
  /// Whatever two cells can reach, both declare as shared.
  case channels = "P15"
  /// What a file's bytes name is its cell's in the ledger, and no more.
  case exact = "P5"

  /// The property in one sentence.
  public var sentence: String {
    switch self {
    case .exact: "is in the ledger for exactly those whose file names it"
    case .exclusive: "has at most one owner, declared channels aside"
    case .hypervisor: "of the hypervisor's own is reachable from no cell"
    case .forbidden: "that must be trapped is reachable from no cell"
    case .channels: "that two cells can reach is one that both declare as shared"
    }
  }
}

/// The formulas of one window.
struct Question {
  private let context: Z3Context
  private let window: Window
  /// How many resources one step of the free variable is: all boundaries are multiples of it.
  private let unit: UInt64
  /// The free resource, counted from the window's base in units.
  let free: Term
  private let width: UInt32

  /// `declaration` is cut to the window.
  init(_ window: Window, _ declaration: Declaration, in context: Z3Context) {
    self.context = context
    self.window = window
    // The lowest bit set in any boundary; page-granular where all claims are.
    var bits = window.claims.reduce(window.base | window.end) { $0 | $1.base | $1.end }
    bits = declaration.boundaries.reduce(bits, |)
    unit = bits == 0 ? 1 : bits & (~bits &+ 1)
    let steps = (window.end - window.base) / unit
    width = UInt32(max(1, UInt64.bitWidth - (steps - 1).leadingZeroBitCount))
    free = context.constant("resource", context.bits(width))
  }

  /// The resource that a value of `free` stands for.
  func resource(_ value: UInt64) -> UInt64 { window.base &+ value &* unit }

  /// `free` is a resource of the window.
  var isInside: Term {
    free .<= number((window.end - window.base) / unit - 1)
  }

  /// The formulas that must be unsatisfiable, by property.
  func violations(_ declaration: Declaration) -> [(Property, Term)] {
    let parties = Dictionary(grouping: window.claims.filter { !$0.marks.contains(.base) }, by: \.owner)
      .sorted { $0.key < $1.key }
    var result = [(Property.exclusive, exclusive(parties.map(\.value)))]
    var reaches: [(member: Int, term: Term)] = []
    for (party, claims) in parties {
      if case .cell(let member) = party { reaches.append((member, covered(claims))) }
    }
    reaches.insert((0, rootReach), at: 0)
    let anyone = Term.any(reaches.map(\.term), in: context)
    for (property, ranges) in [
      (Property.hypervisor, declaration.hypervisor), (.forbidden, declaration.forbidden),
    ] {
      if let term = covered(ranges) { result.append((property, term .& anyone)) }
    }
    result.append((.channels, undeclared(reaches, declaration)))
    if let named = declaration.named { result.append((.exact, inexact(named.values.flatMap { $0 }))) }
    return result
  }

  /// A member's file names the resource and the ledger does not give it to the member, or the other way round.
  private func inexact(_ named: [Named]) -> Term {
    let names = Dictionary(grouping: named, by: \.member)
    let claims = Dictionary(grouping: window.claims, by: \.owner)
    let members = Set(names.keys).union(
      claims.keys.compactMap { party -> Int? in
        if case .cell(let member) = party { member } else { nil }
      })
    let hits = members.sorted().map { member in
      let said = Term.any((names[member] ?? []).map { inside($0.base, $0.end) }, in: context)
      let held = covered(claims[.cell(member)] ?? [])
      return (said .& .!held) .| (held .& .!said)
    }
    return Term.any(hits, in: context)
  }

  /// Two claims of different parties cover the resource, and not both are shareable.
  private func exclusive(_ parties: [[Claim]]) -> Term {
    var before = context.known(false)
    var exclusiveBefore = context.known(false)
    var hits: [Term] = []
    for claims in parties {
      let exclusive = covered(claims.filter { !$0.marks.contains(.shareable) })
      let shareable = covered(claims.filter { $0.marks.contains(.shareable) })
      hits.append(exclusive .& before)
      hits.append(shareable .& exclusiveBefore)
      before = Term.any([before, exclusive, shareable], in: context)
      exclusiveBefore = exclusiveBefore .| exclusive
    }
    return Term.any(hits, in: context)
  }

  /// Root reaches what its base layer says and nobody took away.
  private var rootReach: Term {
    let base = covered(window.claims.filter { $0.marks.contains(.base) })
    let taken = covered(
      window.claims.filter { !$0.marks.contains(.base) && !$0.marks.contains(.keepsRoot) })
    return base .& .!taken
  }

  /// Two members reach the resource, and one of them (root aside) does not declare it as shared.
  private func undeclared(
    _ reaches: [(member: Int, term: Term)], _ declaration: Declaration
  ) -> Term {
    var before = context.known(false)
    var undeclaredBefore = context.known(false)
    var hits: [Term] = []
    for (member, reach) in reaches {
      let declared = covered(declaration.shared[member] ?? [])
      let secret = member == 0 ? context.known(false) : declared.map { reach .& .!$0 } ?? reach
      hits.append(secret .& before)
      hits.append(reach .& undeclaredBefore)
      before = before .| reach
      undeclaredBefore = undeclaredBefore .| secret
    }
    return Term.any(hits, in: context)
  }

  private func covered(_ claims: [Claim]) -> Term {
    Term.any(claims.map { inside($0.base, $0.end) }, in: context)
  }

  /// The union of ranges; nil where there is none.
  private func covered(_ ranges: [Declared]) -> Term? {
    ranges.isEmpty ? nil : Term.any(ranges.map { inside($0.base, $0.end) }, in: context)
  }

  private func inside(_ base: UInt64, _ end: UInt64) -> Term {
    if base == window.base && end == window.end { return context.known(true) }
    let first = (base - window.base) / unit
    let last = (end - window.base) / unit - 1
    return first == last
      ? free .== number(first) : (number(first) .<= free) .& (free .<= number(last))
  }

  private func number(_ value: UInt64) -> Term { context.known(value, width: width) }
}
