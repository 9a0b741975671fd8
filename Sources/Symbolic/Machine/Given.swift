// SPDX-License-Identifier: Apache-2.0
// What a step is given. Promise: the theorem of a step speaks of every use of it.
//
// A theorem that opens a step with the argument 0 says nothing of a use with another one. So a step names what it is given
// (the parameters of the function that it is; scripts/core-rules.py sees to it that none is left out), and
//   - where it is opened, each word is an unknown of its own, of which no more is known than the step requires; or it is a
//     number, or something that is no word, and then that is written down in the theorems' table of forms;
//   - where it is taken, what it is given has a form from the table;
//   - the theorem that opens a step opens it in every form that the table has for it.

import Core

/// The form of what a step is given: each part is `w` for an arbitrary word, `=N` for the number N, or a value that is no word.
public struct StepForm: Hashable, Sendable, CustomStringConvertible {
  let parts: [String]
  public var description: String { parts.joined(separator: " ") }

  /// Makes a form from its text: parts with blanks between them.
  public init(_ text: String) { parts = text.split(separator: " ").map(String.init) }
  init(parts: [String]) { self.parts = parts }

  /// Whether this, the form of a use, is one that a theorem about `other` speaks of.
  func isCase(of other: StepForm) -> Bool {
    parts.count == other.parts.count
      && zip(parts, other.parts).allSatisfy { one, other in
        one == other || (other == "w" && (one == "w" || one.hasPrefix("=")))
      }
  }
}

extension SymbolicMachine {
  /// Fails where the theorem of a step opens it with less than arbitrary arguments.
  func mustBeGeneral(_ name: ProvedStep, _ given: Any) {
    let anatomy = Anatomy(given)
    if anatomy.hasReference { explorer.fail("steps", "step \(name) is given what can change unseen") }
    let form = form(of: anatomy)
    explorer.openedForms[name, default: []].insert(form)
    // Capacities and ghosts are unknown, but not free: other things depend on them.
    var seen = Set(([rows, cells, cpus, poolPages] + ghosts).map { $0.term(in: explorer.context) })
    for word in anatomy.words where word.number == nil {
      let term = word.term(in: explorer.context)
      if term.symbol == nil || !term.arguments.isEmpty || !seen.insert(term).inserted {
        explorer.fail(
          "steps", "the theorem of step \(name) begins with \(term), which is no unknown of its own")
      }
    }
    if let forms {
      if forms[name]?.contains(form) != true {
        explorer.fail("steps", "the table of forms does not list for step \(name): \"\(form)\"")
      }
    } else if anatomy.words.contains(where: { $0.number != nil }) {
      explorer.fail("steps", "the theorem of step \(name) begins with a number: \"\(form)\"")
    }
  }

  /// Fails where a step is taken in a form that no theorem opens it in, or with bytes that its copy does not have.
  func mustBeCovered(_ name: ProvedStep, _ given: Any) {
    let anatomy = Anatomy(given)
    if anatomy.hasReference { explorer.fail("steps", "step \(name) is given what can change unseen") }
    mustBeReal(anatomy.words, "what a step is given")
    for (holder, size) in anatomy.sizes { mustBeThere(holder, size) }
    guard let forms else { return }
    let form = form(of: anatomy)
    if forms[name]?.contains(where: { form.isCase(of: $0) }) != true {
      explorer.fail("steps", "no theorem opens step \(name) in the form \"\(form)\"")
    }
  }

  private func form(of anatomy: Anatomy) -> StepForm {
    StepForm(
      parts: anatomy.parts.map { part in
        switch part {
        case .word(let word): word.number.map { "=\($0)" } ?? "w"
        case .other(let text): text.filter { $0 != " " }
        }
      })
  }
}
