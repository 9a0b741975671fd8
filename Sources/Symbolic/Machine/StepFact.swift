// SPDX-License-Identifier: Apache-2.0
// What theorems add to what a step ensures.

import Core

/// One use of a step: what it was given and what it returned.
public struct StepUse {
  /// Where a step that only looks looks; nil for other steps.
  public let index: SymbolicWord?
  /// What it looks at; nil for other steps.
  public let context: Any?
  /// What it returned.
  public let result: Any
  /// The words of that.
  public let words: [SymbolicWord]
}

/// Facts about a step's result and the tables after it. Every theorem of the core gets the same list, so the theorem that
/// opens the step shows what the others take for granted.
public struct StepFact: Sendable {
  /// A fact, and its name in reports.
  public typealias Part = (name: String, truth: SymbolicTruth)
  /// The step.
  public let step: ProvedStep
  /// The facts. Evaluated as a specification.
  public let says: @Sendable (SymbolicMachine, StepUse) -> [Part]
  /// Uses of other steps, ones that only look, that the proof rests on: their own theorems are known there.
  public let rests: @Sendable (SymbolicMachine, StepUse) -> [(step: ProvedStep, index: SymbolicWord)]

  /// Whether the facts are kept aside until a theorem asks for them (`recall`): what nobody needs on the way costs nothing.
  public let isKeptAside: Bool

  /// Makes a list of facts, to be kept aside.
  public init(
    _ step: ProvedStep,
    restsOn rests:
      @escaping @Sendable (SymbolicMachine, StepUse) -> [(step: ProvedStep, index: SymbolicWord)] = { _, _ in
        []
      },
    parts says: @escaping @Sendable (SymbolicMachine, StepUse) -> [Part]
  ) {
    self.init(step, rests, says, isKeptAside: true)
  }

  private init(
    _ step: ProvedStep,
    _ rests: @escaping @Sendable (SymbolicMachine, StepUse) -> [(step: ProvedStep, index: SymbolicWord)],
    _ says: @escaping @Sendable (SymbolicMachine, StepUse) -> [Part], isKeptAside: Bool
  ) {
    self.step = step
    self.says = says
    self.rests = rests
    self.isKeptAside = isKeptAside
  }

  /// Makes one fact, of the words of the step's result.
  public init(
    _ step: ProvedStep, says: @escaping @Sendable (SymbolicMachine, [SymbolicWord]) -> SymbolicTruth
  ) {
    self.init(
      step, { _, _ in [] }, { machine, use in [("what the step ensures", says(machine, use.words))] },
      isKeptAside: false)
  }
}
