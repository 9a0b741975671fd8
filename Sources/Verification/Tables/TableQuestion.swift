// SPDX-License-Identifier: Apache-2.0
// The questions to Z3 about tables and bitmaps, over a free guest-physical address of 64 bits, a free port of 16, a free register number of 32.

import Symbolic

/// A part of the guest-physical space with all that tables and configuration say in it.
struct TableWindow: Hashable, Sendable {
  var first: UInt64
  var last: UInt64
  /// What the tables say.
  var stretches: [Stretch]
  /// What the configuration says, and takes.
  var grants: [Grant]
  var taken: [MemoryRange]
  /// What must not be reached.
  var forbidden: [MemoryRange]
}

/// An answer: the properties that fail, at one address.
enum TableAnswer: Hashable, Sendable {
  case holds
  case unknown(String)
  /// Which of `forbidden` is reached at the address; nil: what is said is not what is due.
  case refuted(address: UInt64, forbidden: Int?)
}

/// Asks about tables, each different question once.
final class TableAsker {
  private let context: Z3Context
  private let prover: Prover
  private var known: [TableWindow: TableAnswer] = [:]
  private var knownBits: [BitQuestion: TableAnswer] = [:]
  /// Questions that Z3 was asked.
  private(set) var questions = 0

  /// Nil if Z3 cannot start.
  init?() {
    guard let context = Z3Context() else { return nil }
    self.context = context
    prover = Prover(context, kind: .tactic("smt"))
  }

  /// Whether, for every address of the window, the tables say what is due and reach nothing that is forbidden.
  func ask(_ window: TableWindow) -> TableAnswer {
    if let answer = known[window] { return answer }
    questions += 1
    let address = context.constant("address", context.bits(64))
    let said = Said(of: window.stretches.map { ($0.first, $0.last, $0.distance, $0.access) }, at: address)
    let granted = Said(of: window.grants.map { ($0.first, $0.last, $0.distance, $0.access) }, at: address)
    let isTaken = inside(window.taken, address)
    let nothing = context.known(0, width: 8)
    let due = Term.choose(isTaken, nothing, granted.access)
    let isOther = (said.access .!= due) .| ((said.access .!= nothing) .& (said.host .!= granted.host))
    let reaches = window.forbidden.map { (said.access .!= nothing) .& inside([$0], said.host) }
    let isInside = inside([MemoryRange(first: window.first, last: window.last)], address)
    let question = Satisfiability(
      "tables \(hex(window.first))", [isInside, Term.any([isOther] + reaches, in: context)])
    let answer: TableAnswer
    switch prover.satisfiable(question) {
    case .no: answer = .holds
    case .unknown(let reason): answer = .unknown(reason)
    case .yes(let model):
      if let value = model.value(of: address) {
        answer = .refuted(address: value, forbidden: reaches.firstIndex { model.truth(of: $0) == true })
      } else {
        answer = .unknown("Z3 found a counterexample and gave no value")
      }
    }
    known[window] = answer
    return answer
  }

  /// Whether, for every number of `question.first ... question.last`, the bit is open exactly where it should be.
  func ask(_ question: BitQuestion) -> TableAnswer {
    if let answer = knownBits[question] { return answer }
    questions += 1
    let number = context.constant("number", context.bits(question.width))
    func holds(_ ranges: [MemoryRange]) -> Term { inside(ranges, number) }
    let isDue = holds(question.named) .& .!holds(question.taken)
    let isOther = .!(holds(question.open) .== isDue)
    let isInside = holds([MemoryRange(first: question.first, last: question.last)])
    let answer: TableAnswer
    switch prover.satisfiable(Satisfiability("bits", [isInside, isOther])) {
    case .no: answer = .holds
    case .unknown(let reason): answer = .unknown(reason)
    case .yes(let model):
      answer =
        model.value(of: number).map { .refuted(address: $0, forbidden: nil) }
        ?? .unknown("Z3 found a counterexample and gave no value")
    }
    knownBits[question] = answer
    return answer
  }

  /// The value, of whatever width, lies in one of the ranges.
  private func inside(_ ranges: [MemoryRange], _ value: Term) -> Term {
    Term.any(
      ranges.map { range in
        (context.known(range.first, width: value.width) .<= value)
          .& (value .<= context.known(range.last, width: value.width))
      }, in: context)
  }
}

/// A part of a bitmap, the numbers `first ... last`, and what should be open in it.
struct BitQuestion: Hashable, Sendable {
  /// Bits of a number.
  var width: UInt32
  var first: UInt64
  var last: UInt64
  /// What is open.
  var open: [MemoryRange]
  /// What should be: `named` without `taken`.
  var named: [MemoryRange]
  var taken: [MemoryRange]
}

/// What ranges say of an address: access (0: nothing) and host-physical address, by the first that covers it.
private struct Said {
  let access: Term
  let host: Term

  init(of ranges: [(first: UInt64, last: UInt64, distance: UInt64, access: UInt64)], at address: Term) {
    let context = address.context
    var access = context.known(0, width: 8)
    var host = context.known(0, width: 64)
    for range in ranges.reversed() {
      let covers =
        (context.known(range.first, width: 64) .<= address)
        .& (address .<= context.known(range.last, width: 64))
      access = Term.choose(covers, context.known(range.access, width: 8), access)
      host = Term.choose(covers, address &+ context.known(range.distance, width: 64), host)
    }
    (self.access, self.host) = (access, host)
  }
}
