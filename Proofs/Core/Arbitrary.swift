// SPDX-License-Identifier: Apache-2.0
// Arbitrary arguments for the core's steps: every word unknown.

import Core
import Symbolic

extension SymbolicMachine {
  /// An unknown word.
  func any(_ name: String) -> SymbolicWord { SymbolicWord(explorer.constant(name)) }
  /// An unknown argument of the transition: the same wherever it is named.
  func argument(_ name: String) -> SymbolicWord {
    SymbolicWord(explorer.context.constant("argument.\(name)", explorer.context.bits(64)))
  }
  /// A private copy of unknown size.
  func anyCopy(_ holder: Holder) -> PrivateCopy<SymbolicWord> {
    PrivateCopy(shapeIn: holder, size: any("size"))
  }
  /// A layout of which nothing is known but where its copy is.
  func anyLayout(_ holder: Holder) -> CellLayout<SymbolicWord> {
    CellLayout(shapeOf: anyCopy(holder)).map { _ in any("layout") }
  }
  /// A system layout of which nothing is known.
  func anySystem() -> SystemLayout<SymbolicWord> {
    SystemLayout(shapeOf: anyCopy(.system)).map { _ in any("system") }
  }
  /// Facts of which nothing is known.
  func anyFacts() -> Facts<SymbolicWord> { facts().map { _ in any("fact") } }
  /// Root, or an unknown cell.
  func anyClaimant(isRoot: Bool) -> Claimant<SymbolicWord> {
    Claimant(
      owner: isRoot ? SymbolicWord(known: Owner.root) : any("owner"), isRoot: isRoot, caller: any("caller"))
  }
}
