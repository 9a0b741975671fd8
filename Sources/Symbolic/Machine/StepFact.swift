// SPDX-License-Identifier: Apache-2.0
// What theorems add to what a step ensures.

import Core

/// A fact about a step's result and the tables after it. Every theorem of the core gets the same list, so the theorem that
/// opens the step shows what the others take for granted.
public struct StepFact: Sendable {
  /// The step.
  public let step: ProvedStep
  /// The fact, of the words of the step's result.
  public let says: @Sendable (SymbolicMachine, [SymbolicWord]) -> SymbolicTruth
  /// Makes a fact.
  public init(
    _ step: ProvedStep, says: @escaping @Sendable (SymbolicMachine, [SymbolicWord]) -> SymbolicTruth
  ) {
    self.step = step
    self.says = says
  }
}
