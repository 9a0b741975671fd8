// SPDX-License-Identifier: Apache-2.0
// Small functions in the core's style, explored on their own: what the tests of the explorer are about.

import Core
import Testing

@testable import Symbolic

typealias Toy = (SymbolicMachine) throws(Refusal<SymbolicWord>) -> Void

/// Explores a toy from an arbitrary state; every refusal is marked.
func explored(
  rlimit: UInt32 = Prover.defaultLimit, pathLimit: Int = 1000, openSteps: Set<ProvedStep> = [],
  facts: [StepFact] = [], forms: [ProvedStep: Set<StepForm>]? = nil, _ toy: Toy
) throws -> Explorer {
  let context = try #require(Z3Context())
  let explorer = Explorer("toy", prover: Prover(context, rlimit: rlimit))
  explorer.pathLimit = pathLimit
  explorer.explore {
    let machine = SymbolicMachine(explorer, facts: facts, forms: forms)
    machine.openSteps = openSteps
    do throws(Refusal<SymbolicWord>) {
      try toy(machine)
      explorer.mark("success")
    } catch {
      if !explorer.isCut { explorer.mark("refused \(error.reason)") }
    }
  }
  return explorer
}

extension Explorer {
  /// True where exactly the obligations whose names begin like this failed, and at least one did.
  func failsOnly(_ beginning: String) -> Bool {
    !failures.isEmpty && failures.allSatisfy { $0.name.hasPrefix(beginning) }
  }
  /// True where all was shown.
  var holds: Bool { failures.isEmpty }
  /// An unknown word.
  func any(_ name: String) -> SymbolicWord { SymbolicWord(constant(name)) }
}

/// A state with a part that its `map` leaves alone.
struct Leaky<W: Word>: LoopState {
  var word: W
  var hidden: W
  var isOdd = false
  func map(_ transform: (W) -> W) -> Leaky<W> {
    Leaky(word: transform(word), hidden: hidden, isOdd: isOdd)
  }
}

/// Adds up at most `most` of a table's words, all below `bound`, into a sum that must not overflow.
func sum<M: Machine>(
  _ machine: M, _ count: M.W, bound: UInt64, invariant: @Sendable (M.W, OneWord<M.W>) -> M.W.Condition
) throws(Refusal<M.W>) -> M.W {
  var total = OneWord<M.W>(0)
  try machine.loop(.budget, count, &total, frame: .none, invariant: invariant) {
    (i, total) throws(Refusal<M.W>) in
    let word = machine.read(.phase, i)
    guard word <= M.W(known: bound) else { throw Refusal(.tooLarge, i, word) }
    total.value = total.value + word
  }
  return total.value
}
