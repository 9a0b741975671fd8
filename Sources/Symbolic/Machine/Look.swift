// SPDX-License-Identifier: Apache-2.0
// Steps that only look: their results are functions of what they look at. So a specification can speak of what a step
// comes to at a ghost index, at which no code has called it.
//
// A loop in such a step writes no table (a step that only looks has the empty frame), so what it carries into an iteration
// and after its last one is determined, by induction, if what it begins with is, and if what an iteration carries on
// mentions nothing further but the iteration's number and what it was handed. That is shown for every loop; then the loop's
// unknown state counts as looked at.
//
// What makes it sound: the theorem of the step shows, on every path, that every decision and every word of the result
// mentions nothing but the index, the words of the context, the tables that the step may read, capacities and the bytes
// of the private copies. Elsewhere the step's result and its refusal are uninterpreted functions of the index; the name of
// the function tells apart the step, the context, the bytes, and every content that one of the tables ever had.

import Core

/// What a step that only looks was asked to look at.
public struct Asked {
  /// What it looks at.
  public let context: Any
  let reads: TableSet
  let key: String
  /// What it returns at an index, if it does.
  public let use: (SymbolicWord) -> StepUse
}

extension SymbolicMachine {
  public func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: SymbolicWord, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> SymbolicTruth, ensures: @Sendable (S) -> SymbolicTruth,
    body: @Sendable () throws(Refusal<SymbolicWord>) -> S
  ) throws(Refusal<SymbolicWord>) -> S where S.W == SymbolicWord {
    if explorer.isCut { return shape }
    explorer.mustBeCode("a step")
    let key = ask(name, context, shape, reads)
    func use(_ result: S) -> StepUse {
      StepUse(index: index, context: context, result: result, words: words(result))
    }
    explorer.trail.append("\(name)")
    defer { explorer.trail.removeLast() }
    if let outer = looking, reads.rawValue & ~outer.reads.rawValue != 0 {
      explorer.fail("look", "step \(name) may read more than step \(outer.step), which takes it")
    }
    if openSteps.contains(name) {
      mustBeGeneral(name, (index, context))
      look(name, reads, at: Anatomy(context).words + [index])
      defer { lookAway() }
      mayDependOn(explorer.specifying(requires).term(in: explorer.context), "what the step requires")
      let result = try open(name, shape, frame: .none, requires: requires, body: body)
      for word in words(result) { mayDependOn(word.term(in: explorer.context), "the result") }
      lookAway()
      ensure(name, use(result), explorer.specifying { ensures(result) })
      return result
    }
    mayBeTaken(name)
    mustBeCovered(name, (index, context))
    for word in Anatomy(context).words {
      mayDependOn(word.term(in: explorer.context), "what step \(name) looks at, which is taken by a step,")
    }
    explorer.prove("what the step requires", explorer.specifying(requires))
    if (.!isReturned(key, index)).isTrue {
      throw Refusal(.refusedByStep, SymbolicWord(known: UInt64(name.rawValue)))
    }
    let result = value(key, index, shape)
    takeForGranted(name, use(result), explorer.specifying { ensures(result) })
    return result
  }

  public func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: SymbolicWord, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<SymbolicWord>) -> S
  ) -> Outcome<S> where S.W == SymbolicWord {
    if explorer.specification == 0 { explorer.fail("look", "code asked for the outcome of step \(name)") }
    let key = ask(name, context, shape, reads)
    return Outcome(isReturned: isReturned(key, index), value: value(key, index, shape))
  }

  /// The theorem of a step that only looks, at `index` of what it was last asked to look at: where it returns there, all
  /// holds that theorems add to what it ensures. (That it returns says that it was allowed to look: see `look`.)
  func assumeTheorem(of step: ProvedStep, at index: SymbolicWord, for taker: ProvedStep) {
    mustComeBefore(step)
    if step.rawValue >= taker.rawValue { explorer.fail("steps", "step \(taker) rests on step \(step)") }
    guard let asked = asked[step], key(step, asked.context, asked.reads) == asked.key else {
      return explorer.fail("look", "step \(step) was not asked to look, or what it looked at has changed")
    }
    let returns = isReturned(asked.key, index)
    for fact in facts where fact.step == step {
      for part in explorer.specifying({ fact.says(self, asked.use(index)) }) {
        explorer.assume(returns ==> part.truth)
      }
    }
  }

  private func ask<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ context: C, _ shape: S, _ reads: TableSet
  ) -> String where S.W == SymbolicWord {
    let key = key(name, context, reads)
    asked[name] = Asked(context: context, reads: reads, key: key) { [unowned self] index in
      let result = value(key, index, shape)
      return StepUse(index: index, context: context, result: result, words: words(result))
    }
    return key
  }

  /// Tells apart whatever a step may look at.
  private func key(_ name: ProvedStep, _ context: Any, _ reads: TableSet) -> String {
    let anatomy = Anatomy(context)
    if anatomy.hasReference { explorer.fail("look", "step \(name) looks at what can change unseen") }
    let terms = anatomy.words.map { $0.term(in: explorer.context) }
    var text = "\(name) \(anatomy.rest) \(terms.map { "\($0.identity)" }) "
    for holder in [Holder.system, .cell] { text += content(of: holder) + " " }
    for index in tables.indices {
      guard let table = Table(rawValue: UInt8(index)), reads.includes(table) else { continue }
      // The writes since only grow, until the content gets another name.
      text += "\(tables[index].content.name) \(tables[index].writes.count) "
    }
    return "\(name)@\(explorer.numbering.number(of: text, keeping: terms))"
  }

  private func isReturned(_ key: String, _ index: SymbolicWord) -> SymbolicTruth {
    let context = explorer.context
    looking?.names.insert("\(key)_returns")
    return SymbolicTruth(
      context.function("\(key)_returns", [context.bits(64)], context.boolean)(index.term(in: context)))
  }

  private func value<S: LoopState>(_ key: String, _ index: SymbolicWord, _ shape: S) -> S
  where S.W == SymbolicWord {
    let context = explorer.context
    var number = 0
    return shape.map { _ in
      let name = "\(key)_\(number)"
      number += 1
      looking?.names.insert(name)
      return SymbolicWord(
        context.function(name, [context.bits(64)], context.bits(64))(index.term(in: context)))
    }
  }

  /// From here on every decision is watched.
  private func look(_ name: ProvedStep, _ reads: TableSet, at words: [SymbolicWord]) {
    var names: Set<String> = []
    for table in tables.indices {
      guard let known = Table(rawValue: UInt8(table)) else { continue }
      names.formUnion(explorer.symbols.names(in: capacity(known).term(in: explorer.context)))
      if reads.includes(known) { names.insert(tables[table].content.name) }
    }
    for word in words { names.formUnion(explorer.symbols.names(in: word.term(in: explorer.context))) }
    looking = (name, reads, names)
    explorer.onDecision = { [unowned self] in mayDependOn($0, "a decision") }
  }

  private func lookAway() {
    looking = nil
    explorer.onDecision = nil
  }

  /// In a step that only looks: whether a loop goes on is its count's matter, no choice.
  func forkUnwatched(_ label: String) -> Bool {
    let watch = explorer.onDecision
    explorer.onDecision = nil
    defer { explorer.onDecision = watch }
    return explorer.fork(label)
  }

  /// In a step that only looks: unknowns of a loop that stand for something determined.
  func mayLookAt(_ unknowns: [SymbolicWord]) {
    if looking == nil { return }
    for word in unknowns {
      looking?.names.formUnion(explorer.symbols.names(in: word.term(in: explorer.context)))
    }
  }

  /// In a step that only looks: fails where a loop's words depend on what it does not look at.
  func lookOn(_ words: [SymbolicWord], _ what: String) {
    if looking == nil { return }
    for word in words { mayDependOn(word.term(in: explorer.context), what) }
  }

  /// Fails where a term mentions what the open step does not look at.
  private func mayDependOn(_ term: Term, _ what: String) {
    guard let looking, !explorer.isCut else { return }
    let others = explorer.symbols.names(in: term).subtracting(looking.names)
    if !others.isEmpty {
      explorer.fail("look", "\(what) of step \(looking.step) depends on \(others.sorted())")
    }
  }
}
