// SPDX-License-Identifier: Apache-2.0
// The model's universe, as the core has it: cells and resources are the core's words, rights and phases the core's
// numbers. What the core does not know (contents, which resources can be cleared) stays unknown.

import Core
import Models
import Symbolic

/// The model's logic over the core's words.
struct CoreLogic: Logic {
  typealias Truth = Term
  typealias Cell = Term
  typealias Resource = Term
  typealias Right = Term
  typealias Phase = Term
  typealias Value = Term

  let context: Z3Context
  private let value: Sort

  init(_ context: Z3Context) {
    self.context = context
    value = context.uninterpreted("Value")
  }

  func known(_ value: Bool) -> Term { context.known(value) }
  private func number(_ value: UInt64) -> Term { context.known(value, width: 64) }
  var root: Term { number(Owner.root) }
  var hypervisor: Term { number(Owner.hypervisor) }
  func right(_ name: RightName) -> Term {
    switch name {
    case .read: number(Marks.read)
    case .write: number(Marks.write)
    case .execute: number(Marks.execute)
    case .dma: number(Marks.dma)
    }
  }
  func phase(_ name: PhaseName) -> Term {
    switch name {
    case .absent: number(Core.Phase.absent)
    case .stopped: number(Core.Phase.stopped)
    case .loadable: number(Core.Phase.loadable)
    case .running: number(Core.Phase.running)
    case .failed: number(Core.Phase.failed)
    }
  }
  private func isIn(_ space: Space, _ x: Term) -> Term {
    ((SymbolicWord(x) >> 60) .== SymbolicWord(known: space.rawValue)).term(in: context)
  }
  func isCPU(_ x: Term) -> Term { isIn(.cpu, x) }
  func isPin(_ x: Term) -> Term { isIn(.interrupt, x) }
  func isClearable(_ x: Term) -> Term {
    context.function("isClearable", [context.bits(64)], context.boolean)(x)
  }
  var cleared: Term { context.constant("cleared", value) }
  var signal: Term { context.constant("signal", value) }
  func combine(_ a: Term, _ b: Term) -> Term { context.function("combine", [value, value], value)(a, b) }
  /// What each resource holds before the transition.
  func content(_ x: Term) -> Term { context.function("content", [context.bits(64)], value)(x) }
}
