// SPDX-License-Identifier: Apache-2.0
// How the explorer takes hints and makes them.

extension Explorer {
  /// Asks with the hypotheses that sufficed before; nil where there are none, or they do not suffice any more.
  func told(_ obligation: Obligation) -> (Verdict, Obligation)? {
    for (place, content) in hints.told(fingerprints.number(of: obligation.goal)) {
      guard case .hypotheses(let numbers, let kind) = content else { continue }
      var missing = Set(numbers)
      let wanted = missing
      let chosen = obligation.hypotheses.filter { hypothesis in
        let number = fingerprints.short(hypothesis)
        missing.remove(number)
        return wanted.contains(number)
      }
      if !missing.isEmpty { continue }
      let part = Obligation(obligation.name, assuming: chosen, obligation.goal)
      let (verdict, took) = timed {
        prover.prove(part, rlimit: min(Hint.most, prover.rlimit), kind: kind.solver)
      }
      if verdict.isProved {
        // A run that makes hints makes slow ones anew.
        if hintsAfter != nil && took >= Hint.slow { note(part) } else { hints.use(place) }
        return (verdict, part)
      }
    }
    return nil
  }

  /// Whether some state satisfies the question: asks for one with the values that one had before, then for any.
  func possible(_ question: Satisfiability, at key: UInt64) -> Answer {
    for (place, content) in hints.told(key) {
      guard case .values(let values) = content else { continue }
      // With more effort than when the hint was made: of other terms than those of that run a part finds its value, and of few values what
      // follows takes longer, but far from what the search takes without any.
      let pinned = pinned(question, values)
      let answer =
        quickly(pinned, rlimit: Selection.some)
        ?? prover.satisfiable(pinned, rlimit: min(Selection.little, prover.rlimit))
      if answer.isYes {
        hints.use(place)
        return answer
      }
    }
    let (answer, took) = timed { quickly(question) ?? prover.satisfiable(question) }
    if let least = hintsAfter, took >= least, case .yes(let model) = answer {
      note(question, at: key, model, took: took)
    }
    return answer
  }

  /// Asks the kind for easy questions, which is several times as fast where it answers: most questions about ways are small.
  private func quickly(_ question: Satisfiability, rlimit: UInt32 = Selection.little) -> Answer? {
    let answer = prover.satisfiable(question, rlimit: min(rlimit, prover.rlimit), kind: .ackermann)
    if case .unknown = answer { return nil }
    return answer
  }

  /// Notes the hypotheses that sufficed, or fewer of them, and who is quick with them.
  func note(_ obligation: Obligation) {
    var best: (hypotheses: [Term], kind: Hint.Kind, took: Duration)?
    func attempt(_ hypotheses: [Term], _ kind: Hint.Kind, effort: UInt32 = Hint.most) -> Bool {
      let smaller = Obligation(obligation.name, assuming: hypotheses, obligation.goal)
      let (isProved, took) = timed {
        prover.prove(smaller, rlimit: effort, kind: kind.solver).isProved
      }
      if isProved && took < best?.took ?? .seconds(60) { best = (hypotheses, kind, took) }
      return isProved
    }
    var hypotheses = obligation.hypotheses
    // A core of a core is smaller again, for a while.
    for _ in 0..<3 {
      for kind in Hint.Kind.allCases where best?.took ?? .seconds(9) > Hint.quick {
        _ = attempt(hypotheses, kind)
      }
      if let best, best.took < Hint.slow, best.hypotheses.count <= Selection.few { break }
      let candidate = Obligation(obligation.name, assuming: hypotheses, obligation.goal)
      guard let core = prover.core(of: candidate, rlimit: Selection.much), core.count < hypotheses.count
      else { break }
      hypotheses = core
    }
    // Where cores do not help: without one piece, without another.
    let end = ThreadTime.now + .seconds(20)
    if let first = best, first.took >= Hint.slow || first.hypotheses.count > Selection.few {
      hypotheses = first.hypotheses
      var size = hypotheses.count / 2
      while size > 2 && best?.took ?? .zero > Hint.quick {
        var start = 0
        while start < hypotheses.count && ThreadTime.now < end {
          let rest = Array(hypotheses[..<start] + hypotheses[min(start + size, hypotheses.count)...])
          if attempt(rest, first.kind, effort: Selection.some) { hypotheses = rest } else { start += size }
        }
        size /= 2
      }
    }
    guard let best else { return }
    let numbers = Set(best.hypotheses.map(fingerprints.short))
    let key = fingerprints.number(of: obligation.goal)
    hints.add(Hint(key: key, .hypotheses(numbers.sorted(), best.kind)))
  }

  /// The value of `body`, and how long this thread worked for it.
  func timed<R>(_ body: () -> R) -> (R, Duration) {
    let start = ThreadTime.now
    let result = body()
    return (result, ThreadTime.now - start)
  }

  /// Notes values of a state: those of constants if that suffices, else those of all unknowns.
  private func note(_ question: Satisfiability, at key: UInt64, _ model: Model, took: Duration) {
    let unknowns = Term.unknowns(of: question.assertions)
    var best = (values: [UInt32: UInt64](), took: took / 2)
    for chosen in [unknowns.filter { $0.arguments.isEmpty }, unknowns] {
      var values: [UInt32: UInt64] = [:]
      for unknown in chosen {
        let value = model.value(of: unknown) ?? model.truth(of: unknown).map { $0 ? 1 : 0 }
        if let value { values[fingerprints.short(unknown)] = value }
      }
      let (isPossible, took) = timed {
        prover.satisfiable(pinned(question, values), rlimit: Selection.little).isYes
      }
      if isPossible && took < best.took { best = (values, took) }
    }
    if !best.values.isEmpty { hints.add(Hint(key: key, .values(best.values))) }
  }

  /// The question, of states with these values alone.
  private func pinned(_ question: Satisfiability, _ values: [UInt32: UInt64]) -> Satisfiability {
    let pins = Term.unknowns(of: question.assertions).compactMap { unknown -> Term? in
      guard let value = values[fingerprints.short(unknown)] else { return nil }
      return switch unknown.width {
      case 0: value == 0 ? .!unknown : unknown
      case let width: unknown .== context.known(value, width: width)
      }
    }
    return Satisfiability(question.name, question.assertions + pins)
  }
}

extension Term {
  /// The constants and applications of unknown functions in `terms` that are truth values or words of up to 64 bits.
  static func unknowns(of terms: [Term]) -> [Term] {
    var seen: Set<Term> = []
    var found: [Term] = []
    func walk(_ term: Term) {
      if !seen.insert(term).inserted { return }
      if term.symbol != nil && (term.sort.isBoolean || (1...64).contains(term.width)) { found.append(term) }
      term.arguments.forEach(walk)
    }
    terms.forEach(walk)
    return found
  }
}
