// SPDX-License-Identifier: Apache-2.0
// The model stated to a solver: cells, resources and values are uninterpreted sorts, of any size.

import Models
import Symbolic

extension Term: Proposition {}

extension SolverKind {
  /// Fastest for formulas of uninterpreted functions, by measurement: three times as fast as the default strategy.
  static let uninterpreted = SolverKind.tactic("smt")
}

/// The universe of which nothing is known but that root and the hypervisor are two.
struct TermLogic: Logic {
  typealias Truth = Term
  typealias Cell = Term
  typealias Resource = Term
  typealias Right = Term
  typealias Phase = Term
  typealias Value = Term

  let context: Z3Context
  let sorts: (cell: Sort, resource: Sort, right: Sort, phase: Sort, value: Sort)
  let root: Term
  let hypervisor: Term
  let cleared: Term
  let signal: Term
  private let kinds: (cpu: Function, pin: Function, clearable: Function)
  private let computation: Function

  init(_ context: Z3Context) {
    self.context = context
    // Four rights in two bits; five phases in three bits, where the three spare values are phases of no name.
    sorts = (
      context.uninterpreted("Cell"), context.uninterpreted("Resource"), context.bits(2), context.bits(3),
      context.uninterpreted("Value")
    )
    root = context.constant("root", sorts.cell)
    hypervisor = context.constant("hypervisor", sorts.cell)
    cleared = context.constant("cleared", sorts.value)
    signal = context.constant("signal", sorts.value)
    let kind = { [sorts] in context.function($0, [sorts.resource], context.boolean) }
    kinds = (kind("isCPU"), kind("isPin"), kind("isClearable"))
    computation = context.function("combine", [sorts.value, sorts.value], sorts.value)
  }

  /// All that is assumed of the universe.
  var axioms: [Term] { [root .!= hypervisor] }

  func known(_ value: Bool) -> Term { context.known(value) }
  func right(_ name: RightName) -> Term { context.known(UInt64(name.rawValue), width: 2) }
  func phase(_ name: PhaseName) -> Term { context.known(UInt64(name.rawValue), width: 3) }
  func isCPU(_ x: Term) -> Term { kinds.cpu(x) }
  func isPin(_ x: Term) -> Term { kinds.pin(x) }
  func isClearable(_ x: Term) -> Term { kinds.clearable(x) }
  func combine(_ a: Term, _ b: Term) -> Term { computation(a, b) }

  /// An unknown cell.
  func cell(_ name: String) -> Term { context.constant(name, sorts.cell) }
  /// An unknown resource.
  func resource(_ name: String) -> Term { context.constant(name, sorts.resource) }
  /// An unknown truth value.
  func truth(_ name: String) -> Term { context.constant(name, context.boolean) }
  /// A point of which nothing is known.
  func point(_ name: String) -> Point<TermLogic> {
    Point(
      cell: cell("\(name).cell"), other: cell("\(name).other"), resource: resource("\(name).resource"),
      right: context.constant("\(name).right", sorts.right))
  }
}
