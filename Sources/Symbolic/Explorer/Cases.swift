// SPDX-License-Identifier: Apache-2.0
// A goal that looks something up at "either this index or that" is shown as two goals, one for each case: the solver would find
// the same two cases late. Together they say what the goal says, whatever the hypotheses.

import Core

extension Term {
  /// The goals that stand for this one: for an index `condition ? a : b` of some function in it, "if the condition holds, this with
  /// `a`" and "if not, this with `b`"; each again, up to `depth` times. Only where `wants` the condition.
  func cases(_ depth: Int = 2, where wants: (Term) -> Bool) -> [Term] {
    var seen: Set<Term> = []
    guard depth > 0, let choice = choiceOfIndex(&seen, wants), choice.arguments.count == 3 else {
      return [self]
    }
    let (condition, yes, no) = (choice.arguments[0], choice.arguments[1], choice.arguments[2])
    let first = (condition ==> replacing([(choice, yes)])).simplified
    let second = (.!condition ==> replacing([(choice, no)])).simplified
    return [first, second].flatMap { $0.cases(depth - 1, where: wants) }
  }

  private func choiceOfIndex(_ seen: inout Set<Term>, _ wants: (Term) -> Bool) -> Term? {
    if !seen.insert(self).inserted { return nil }
    let arguments = arguments
    if symbol != nil {
      for argument in arguments where argument.head == "if" && wants(argument.arguments[0]) {
        return argument
      }
    }
    for argument in arguments {
      if let found = argument.choiceOfIndex(&seen, wants) { return found }
    }
    return nil
  }
}
