// SPDX-License-Identifier: Apache-2.0
// The explorer: runs a function of the core again and again, each time with other answers to what it asks, until every
// feasible path has been seen.
//
// What makes it sound: a branch is pruned only if a fresh solver says that no state takes it (`unknown` counts as
// feasible and as a failure); every decision, assumption and obligation is recorded, and a rerun that says something else
// than before fails the exploration; what has been seen on the way must be reachable (`expect`); nothing that code does
// depends on a ghost; a path that has been cut neither asks nor proves anything any more.

import Core

/// One thing that must hold and does not, or could not be shown.
public struct Failure: Sendable, Hashable {
  /// The obligation.
  public let name: String
  /// What was found: a counterexample, or why there is no answer.
  public let detail: String
  /// Makes a failure.
  public init(name: String, detail: String) {
    self.name = name
    self.detail = detail
  }
}

/// Explores one function.
public final class Explorer: @unchecked Sendable {
  /// The exploration that runs on this thread.
  @TaskLocal public static var current: Explorer?

  /// Where terms live.
  public let context: Z3Context
  /// Who answers.
  public let prover: Prover
  /// Obligations shown so far, by a solver or by simplification alone.
  public private(set) var proved = 0
  /// Paths run to their end.
  public private(set) var paths = 0
  /// What failed.
  public private(set) var failures: [Failure] = []
  /// Labels that some feasible path reached.
  public private(set) var reached: Set<String> = []
  /// Called for everything that rests on a solver's word: each obligation in the form in which it was shown (where it was
  /// not: with all hypotheses), and for each branch that was left out, that no state takes it.
  public var observer: ((Obligation) -> Void)?
  /// Upper bound on paths: a runaway exploration is a failure, not a wait.
  public var pathLimit = 20_000
  /// When to give up, which is a failure as well; nil: never.
  public var deadline: ContinuousClock.Instant?
  /// Prefix of every obligation's name.
  public var title: String

  struct Decision {
    let term: Term
    var answer: Bool
    var hasAlternative: Bool
    /// How much of the journal lies before it.
    let journaled: Int
  }
  private let relevance: Relevance
  private let ghosts: GhostDependence
  /// For steps that only look (Look.swift): what terms mention, and numbers for what is looked at.
  let symbols: Symbols
  let numbering = Numbering()
  private let experience = Experience()
  /// For hints (Hints.swift).
  let fingerprints = Fingerprints()
  var hints = Hints()
  /// What a question must take for hints to be made for later runs, which takes time; nil: none are made.
  public var hintsAfter: Duration?
  /// Told of every decision of code.
  var onDecision: ((Term) -> Void)?
  private var journal = Journal()
  private var expected: Set<String> = []
  private var forks: Set<Term> = []
  private var prefix: [Decision] = []
  private var position = 0
  /// What is known on this path.
  public private(set) var condition: [Term] = []
  private var model: Model?
  /// True once this path ended early: nothing that follows means anything.
  public private(set) var isCut = false
  private var fresh: [String: Int] = [:]
  /// How deep specification code is running (`Explorer.specifying`).
  var specification = 0
  /// What encloses the present point: names of loops and phases.
  public var trail: [String] = []

  /// An explorer of its own context.
  public init(_ title: String, prover: Prover) {
    self.title = title
    self.prover = prover
    context = prover.context
    relevance = Relevance()
    ghosts = GhostDependence()
    symbols = Symbols()
  }

  /// What an earlier run found out; a matter of time alone.
  public func take(_ hints: [Hint]) { self.hints = Hints(hints) }
  /// What a later run should be told.
  public var hintsForLater: [Hint] { hints.worthwhile }
  /// How many hints led to an answer, of how many.
  public var fittingHints: (used: Int, told: Int) { hints.fitting }

  /// True while the path repeats what an earlier one did up to its last decision.
  var isReplaying: Bool { position < prefix.count }

  /// What every branch of the path was told, known conditions included and forks not: for the replay on the simulator.
  public private(set) var answers: [Bool] = []
  /// For the replay alone: goes every path and shows nothing. Then the exploration fails whatever it finds.
  var showsNothing = false

  func note(answer: Bool) { if !isCut { answers.append(answer) } }

  /// Runs `body` once for each feasible path. `body` builds its state anew each time.
  public func explore(_ body: () -> Void) {
    prefix = []
    journal = Journal()
    Explorer.$current.withValue(self) {
      Z3Context.$current.withValue(context) { context.keepingTerms { exploreAll(body) } }
    }
    if showsNothing { fail("exploration", "nothing was shown") }
    for label in expected.subtracting(reached).sorted() {
      fail("can happen: \(label)", "no state leads there")
    }
    // A malformed term makes no solver answer; what simplification alone "showed" with one does not count either.
    if let mistake = context.errors.first { fail("terms", "a term is malformed: \(mistake)") }
  }

  private func exploreAll(_ body: () -> Void) {
    repeat {
      position = 0
      condition = []
      proofsOwn = []
      model = nil
      isCut = false
      fresh = [:]
      bound = []
      answers = []
      trail = []
      journal.rewind()
      body()
      paths += 1
      if position != prefix.count { diverged("the path ended early") }
      if paths > pathLimit { fail("exploration", "more than \(pathLimit) paths") }
      if isLate { fail("exploration", "not ended in its time") }
    } while paths <= pathLimit && !isLate && advance()
  }

  private var isLate: Bool { deadline.map { $0 < ContinuousClock().now } ?? false }

  /// Turns to the next unexplored branch.
  private func advance() -> Bool {
    while let last = prefix.last {
      if last.hasAlternative {
        prefix[prefix.count - 1].answer.toggle()
        prefix[prefix.count - 1].hasAlternative = false
        journal.cut(to: last.journaled)
        return true
      }
      prefix.removeLast()
    }
    return false
  }

  /// A constant that is new on this path; the same on every rerun.
  public func constant(_ stem: String, width: UInt32 = 64) -> Term {
    let number = fresh[stem, default: 0]
    fresh[stem] = number + 1
    return context.constant("\(stem)!\(number)", context.bits(width))
  }
  /// A number that is this term's alone, on every path: for names of functions that speak of what the term stands for.
  public func number(of term: Term) -> Int { numbering.number(of: "term \(term.identity)", keeping: [term]) }
  /// A name that is new on this path; the same on every rerun.
  public func freshName(_ stem: String) -> String {
    let number = fresh[stem, default: 0]
    fresh[stem] = number + 1
    return "\(stem)!\(number)"
  }

  /// Which way to go.
  func decide(_ term: Term) -> Bool {
    if isCut { return false }
    if specification > 0 {
      fail("specification", "a specification branched on \(term)")
      return false
    }
    mustNotDependOnGhosts(term, "a decision")
    onDecision?(term)
    if isReplaying { return replay(term) }
    let canBeTrue = isFeasible(term)
    let canBeFalse = isFeasible(.!term)
    let answer = canBeTrue
    prefix.append(
      Decision(
        term: term, answer: answer, hasAlternative: canBeTrue && canBeFalse, journaled: journal.count))
    position += 1
    if canBeTrue && canBeFalse { learn(answer ? term : .!term) }
    // Nothing takes this path: something assumed contradicts it.
    if !canBeTrue && !canBeFalse { cut() }
    return answer
  }

  private func replay(_ term: Term) -> Bool {
    let decision = prefix[position]
    if decision.term != term || decision.journaled != journal.position {
      diverged("expected \(decision.term), was asked \(term)")
      return false
    }
    position += 1
    // What follows from the path so far adds nothing; but a branch that was taken must be remembered.
    condition.append(decision.answer ? term : .!term)
    if position == prefix.count { model = nil }
    return decision.answer
  }

  /// A choice that no state determines: both branches are explored.
  public func fork(_ label: String) -> Bool {
    if isCut { return false }
    let term = context.constant("fork!" + freshName(label), context.boolean)
    forks.insert(term)
    return decide(term)
  }

  private func learn(_ term: Term) {
    condition.append(term)
    if isProofsOwn { proofsOwn.insert(term) }
    if let known = model, known.truth(of: term) != true { model = nil }
  }

  /// Whether some state on this path satisfies `term`. A wrong yes costs time; a wrong no would hide a path, and needs a
  /// solver that says so.
  private func isFeasible(_ term: Term) -> Bool {
    if let model, model.truth(of: term) == true { return true }
    let near = relevance.near(term, among: condition.filter { !proofsOwn.contains($0) })
    switch possible(Satisfiability("\(title): branch", near + [term]), at: fingerprints.number(of: term)) {
    case .yes(let found):
      adopt(found, near)
      return true
    case .no:
      observer?(Obligation("\(title): no state goes this way", assuming: near, .!term))
      return false
    case .unknown(let reason):
      fail("branch", "no answer (\(reason)) whether \(term) is possible")
      return true
    }
  }

  /// Keeps a model of part of the path if it is one of the whole path.
  private func adopt(_ found: Model, _ part: [Term]) {
    if part.count == condition.count || condition.allSatisfy({ found.truth(of: $0) == true }) {
      model = found
    }
  }

  /// What is learned in `body` is the proof's own affair: it is not asked where code can go. (To ask with less is sound: a way that no
  /// state goes may be gone for nothing.)
  public func forProofsAlone<R>(_ body: () -> R) -> R {
    let outer = isProofsOwn
    isProofsOwn = true
    defer { isProofsOwn = outer }
    return body()
  }
  private var isProofsOwn = false
  private var proofsOwn: Set<Term> = []

  /// Takes something for granted on this path.
  public func assume(_ truth: SymbolicTruth) {
    if isCut { return }
    record("assume", truth)
    switch truth {
    case .known(true): return
    case .known(false): condition.append(context.known(false)); model = nil
    case .formula(let term): term.conjuncts.forEach(learn)
    }
  }

  /// A ghost, and the word that it is chosen to be.
  public typealias Choice = (ghost: SymbolicWord, word: SymbolicWord)

  /// Shows that `truth` holds on this path, and from then on takes it for granted.
  ///
  /// `given`: what is true whatever the state (by definition of a theorem's own function, or because it was shown of every word) and
  /// matters here alone. Nothing else may be given: `truth` is taken for granted without it.
  ///
  /// `choosing`: what ghosts are taken to be, for this alone. A ghost is one arbitrary word that nothing on the path depends on, so
  /// what is known of it is known if it is this word, too; what follows then, and does not mention the ghost, holds anyway.
  ///
  /// `by`: what it is said to follow from. Of that, only what the path knows is used, and where it does not suffice the search goes
  /// on among all that is known: a matter of time alone.
  public func prove(
    _ name: String, _ truth: SymbolicTruth, given: [SymbolicTruth] = [], choosing choices: [Choice] = [],
    by reasons: [SymbolicTruth] = []
  ) {
    if isCut { return }
    let given = given + choices.map { $0.ghost .== $0.word }
    for further in given { record("given for \(name)", further) }
    record(name, truth)
    mayChoose(choices, name, truth)
    let further = given.flatMap { $0.term(in: context).conjuncts }.filter { !$0.isTrue }
    if !further.isEmpty { markGiven(name, further) }
    switch truth {
    case .known(true):
      if !isReplaying { proved += 1 }
    case .known(false):
      show(name, context.known(false), given: further, by: reasons)
    case .formula(let term):
      // A conjunction is shown part by part: each part is small, and a failure says which.
      for part in term.conjuncts.flatMap(cases) { show(name, part, given: further, by: reasons) }
      term.conjuncts.forEach(learn)
    }
  }

  /// Fails where a ghost may not be chosen: it is none, or one for which unknowns were chosen; what is shown mentions it; or the word that
  /// it is to be mentions one that is chosen, too.
  private func mayChoose(_ choices: [Choice], _ name: String, _ truth: SymbolicTruth) {
    let goal = truth.term(in: context)
    for choice in choices {
      let (ghost, word) = (choice.ghost.term(in: context), choice.word.term(in: context))
      if !ghosts.isGhost(ghost) {
        fail("ghosts", "\(name): \(ghost) was chosen, which is no ghost")
      } else if bound.contains(ghost) || restricted.contains(ghost) {
        fail("ghosts", "\(name): what is known of \(ghost) is known of this ghost alone")
      } else if ghosts.depends(goal, on: ghost) {
        fail("ghosts", "\(name): mentions \(ghost), which was chosen for it")
      }
      if choices.contains(where: { ghosts.depends(word, on: $0.ghost.term(in: context)) }) {
        fail("ghosts", "\(name): \(ghost) was chosen by a ghost that is chosen itself")
      }
    }
    if Set(choices.map { $0.ghost.term(in: context) }).count < choices.count {
      fail("ghosts", "\(name): a ghost was chosen twice")
    }
  }

  /// The goals that stand for `term`. (Only where an index was chosen for a ghost: elsewhere the solver needs no help.)
  private func cases(of term: Term) -> [Term] {
    if bound.isEmpty { return [term] }
    return term.cases { [ghosts] in ghosts.depends($0) }
  }

  /// The forms in which some path opened a step (Given.swift).
  public internal(set) var openedForms: [ProvedStep: Set<StepForm>] = [:]

  /// What is given to a goal must agree with one path at least on which it is given: otherwise the goal would hold for want of a
  /// state. (On other paths it may well say that this is not the case it speaks of.)
  private func markGiven(_ name: String, _ given: [Term]) {
    let label = "what is given for \(name)"
    expect(label)
    if !isReplaying { mark(label, among: condition + given) }
  }

  /// Which goals are shown here, by name; nil: all. The others are those of another theorem about the same run, from the same state or
  /// from any more general one: what is shown there is taken for granted here.
  public var shows: (@Sendable (String) -> Bool)?

  private func show(_ name: String, _ term: Term, given: [Term], by reasons: [SymbolicTruth]) {
    if let shows, !shows(name) { return }
    // Up to the last recorded decision an earlier path has shown the same thing under the same condition.
    if isReplaying || showsNothing { return }
    // What was taken for granted, word for word, needs no solver.
    if condition.contains(term) {
      proved += 1
      return
    }
    if isLate {
      // The exploration fails for it, at the end of the path.
      cut()
      return
    }
    let place = trail.isEmpty ? "" : " [" + trail.joined(separator: " > ") + "]"
    let ((verdict, asked), took) = timed {
      answer(Obligation("\(title): \(name)\(place)", assuming: condition + given, term), given, by: reasons)
    }
    observer?(asked)
    let full = name + place
    switch verdict {
    case .proved:
      proved += 1
      results.append(Result(name: full, failure: nil, took: took))
      return
    case .refuted(let model): fail(full, "counterexample: \(Self.describe(model))")
    case .unknown(let reason): fail(full, "no answer: \(reason)")
    }
    results.append(Result(name: full, failure: failures.last?.detail, took: took))
  }

  private func answer(
    _ obligation: Obligation, _ given: [Term] = [], by reasons: [SymbolicTruth] = []
  ) -> (Verdict, Obligation) {
    if let proof = experience.proof(of: obligation) { return (.proved, proof) }
    let (verdict, asked) = told(obligation) ?? answer(obligation, from: reasons, given) ?? found(obligation)
    if verdict.isProved { experience.note(asked) }
    return (verdict, asked)
  }

  /// Searches, and notes for later runs what was found if that took long.
  private func found(_ obligation: Obligation) -> (Verdict, Obligation) {
    let ((verdict, asked), took) = timed { search(obligation) }
    if verdict.isProved, let least = hintsAfter, took >= least { note(asked) }
    return (verdict, asked)
  }

  /// Asks with those hypotheses that are among the reasons, and a few more; nil where there are none, or that does not suffice.
  private func answer(
    _ obligation: Obligation, from reasons: [SymbolicTruth], _ given: [Term]
  ) -> (Verdict, Obligation)? {
    if reasons.isEmpty { return nil }
    let wanted = Set(reasons.flatMap { $0.term(in: context).conjuncts } + given)
    let selection = Selection(obligation, relevance, reasons: wanted)
    let most = selection.count + Selection.few
    let limit = min(Selection.much, prover.rlimit)
    while selection.count <= most {
      let part = selection.part
      var verdict = prover.prove(part, rlimit: limit / 10, kind: .ackermann)
      if case .unknown = verdict { verdict = prover.prove(part, rlimit: limit) }
      switch verdict {
      case .proved: return (.proved, part)
      case .refuted(let found):
        if !selection.grow(against: found) { return (.refuted(found), obligation) }
      case .unknown: return nil
      }
    }
    return nil
  }

  /// Asks with few hypotheses, then with all, and only then longer with some.
  private func search(_ obligation: Obligation) -> (Verdict, Obligation) {
    let selection = Selection(obligation, relevance)
    let limit = prover.rlimit
    if let few = search(selection, effort: min(Selection.little, limit), most: Selection.few) { return few }
    // With all of them the kind for easy questions is as often the quicker one, by far: it goes first, for a while.
    for (kind, effort) in [(SolverKind.ackermann, Selection.some), (nil, Selection.much)] {
      switch prover.prove(obligation, rlimit: min(effort, limit), kind: kind) {
      case .unknown: continue
      case let verdict: return (verdict, obligation)
      }
    }
    return search(selection, effort: limit, most: .max) ?? (prover.prove(obligation), obligation)
  }

  /// Asks with the chosen hypotheses, and chooses more while a counterexample violates some: small questions, quickly
  /// answered, and most hypotheses are never needed. Nil where that does not end with `most` hypotheses, or with all.
  private func search(_ selection: Selection, effort: UInt32, most: Int) -> (Verdict, Obligation)? {
    while selection.count <= min(most, selection.whole.hypotheses.count - 1) {
      let part = selection.part
      // The first round is for easy questions, where this kind is several times as fast; it bears no large ones.
      switch prover.prove(part, rlimit: effort, kind: most == .max ? nil : .ackermann) {
      case .proved: return (.proved, part)
      case .refuted(let found):
        if !selection.grow(against: found, preferring: experience.served(selection.whole.name)) {
          return (.refuted(found), selection.whole)
        }
      case .unknown: return nil
      }
    }
    return nil
  }

  /// What came of one obligation that went to a solver.
  public struct Result: Sendable {
    /// The obligation, with the place it arose at.
    public let name: String
    /// Why it does not hold; nil: it does.
    public let failure: String?
    /// Time that this thread worked for it, nearly all of it in the solver.
    public let took: Duration
  }
  /// Obligations that went to a solver, in order.
  public private(set) var results: [Result] = []

  /// Shows that a trap is not reachable here.
  func mustNotTrap(_ condition: SymbolicTruth, _ what: String) {
    if isCut || specification > 0 { return }
    prove("no trap: \(what)", condition)
  }

  /// Ends this path: what follows is neither asked nor proved.
  public func cut() { isCut = true }

  /// From now on some feasible path must reach this point, or the exploration fails: nothing may hold for want of a path.
  public func expect(_ label: String) {
    if !isCut { expected.insert(label) }
  }

  /// The ghost `number`: an unknown that no decision and no effect of code may depend on.
  func ghost(_ number: Int) -> Term {
    let term = constant("ghost\(number)")
    ghosts.add(term)
    return term
  }

  /// A ghost of a theorem's own: an unknown of which the theorem takes something for granted that is so of every word.
  public func universal(_ name: String) -> SymbolicWord {
    let term = constant(name)
    ghosts.add(term)
    return SymbolicWord(term)
  }

  /// Fails where a term depends on a ghost that is not `ghost`.
  func mustNotDependOnGhosts(_ term: Term, besides ghost: Term, _ what: String) {
    if isCut { return }
    if !ghosts.ghosts(in: term).subtracting([ghost.identity]).isEmpty {
      fail("ghosts", "\(what) depends on other ghosts: \(term)")
    }
  }

  /// Fails where code makes something depend on a ghost.
  public func mustNotDependOnGhosts(_ term: Term, _ what: String) {
    if isCut || specification > 0 { return }
    if ghosts.depends(term) { fail("ghosts", "\(what) depends on a ghost: \(term)") }
  }

  /// Fails where a specification does what only code may do.
  func mustBeCode(_ what: String) {
    if !isCut && specification > 0 { fail("specification", "a specification did this: \(what)") }
  }

  /// Shows that each of the path's hypotheses since the first `count`, forks aside, follows from those and `further`.
  func proveNoFurtherHypotheses(than count: Int, and further: [Term], _ name: String) {
    if isCut || isReplaying { return }
    let allowed = condition.prefix(count) + further.flatMap(\.conjuncts)
    for term in condition.dropFirst(count) where !allowed.contains(term) {
      if forks.contains(term) || forks.contains((.!term).simplified) { continue }
      let (verdict, asked) = answer(Obligation("\(title): \(name)", assuming: Array(allowed), term))
      observer?(asked)
      if verdict.isProved { proved += 1 } else { fail(name, "not among what is required: \(term)") }
    }
  }

  /// What is known of the ghosts, said of other words. A ghost is one arbitrary word that nothing on the path depends on
  /// (`mustNotDependOnGhosts`), so what is known of it on this path is known of every word. (Unless an unknown was chosen
  /// for this very ghost: see `bind`.)
  public func instances(_ words: [(ghost: SymbolicWord, word: SymbolicWord)]) -> [SymbolicTruth] {
    if isCut { return [] }
    let pairs = words.map { (from: $0.ghost.term(in: context), to: $0.word.term(in: context)) }
    for pair in pairs where bound.contains(pair.from) || restricted.contains(pair.from) {
      fail("ghosts", "what is known of \(pair.from) is known of this ghost alone")
    }
    let known = condition.filter { ghosts.depends($0) }
    return known.map { $0.replacing(pairs) }.filter { !condition.contains($0) }.map(SymbolicTruth.init)
  }
  /// A name for a word: an unknown that is that word. What the word mentions of ghosts is bound before: of any other ghost, of which what is known may be said of
  /// another word, the name would stand for what the word was with the first one.
  public func name(_ stem: String, _ word: SymbolicWord) -> SymbolicWord {
    let name = SymbolicWord(constant(stem))
    let free = ghosts.ghosts(in: word.term(in: context)).subtracting(bound.map(\.identity))
    if !isCut && !free.isEmpty {
      fail("ghosts", "what \(name) stands for depends on a ghost that is not bound")
    }
    assume(specifying { name .== word })
    return name
  }
  /// From here on unknowns are chosen for this very ghost (whether *this* resource was scrubbed): what is known of it need
  /// not hold of another word.
  public func bind(_ ghost: SymbolicWord) { bind(ghost.term(in: context)) }
  func bind(_ ghost: Term) { bound.insert(ghost) }
  private var bound: Set<Term> = []
  /// Takes for granted of a ghost that it is not any word, but any of those: what is known of it need not hold of others.
  func restrict(_ ghost: Term, _ truth: SymbolicTruth) {
    restricted.insert(ghost)
    assume(truth)
  }
  private var restricted: Set<Term> = []

  /// Notes that this point is reached, if some state really reaches it.
  public func mark(_ label: String) {
    if isCut || isReplaying || reached.contains(label) { return }
    if model != nil { reached.insert(label); return }
    if let found = mark(label, among: condition) { model = found }
  }

  /// Notes that this point is reached, if some state satisfies all of `terms`.
  @discardableResult private func mark(_ label: String, among terms: [Term]) -> Model? {
    if reached.contains(label) { return nil }
    switch possible(Satisfiability("\(title): reach \(label)", terms), at: Fingerprints.mix(label)) {
    case .yes(let found):
      reached.insert(label)
      return found
    case .no: break
    case .unknown(let reason): fail("reach \(label)", "no answer: \(reason)")
    }
    return nil
  }

  /// A model of the present path, if there is one.
  public func pathModel() -> Model? {
    if isCut { return nil }
    if let model { return model }
    if case .yes(let found) = prover.satisfiable(Satisfiability("\(title): path", condition)) {
      model = found
      return found
    }
    return nil
  }

  /// Runs specification code: it may read anything, and must not branch.
  public func specifying<R>(_ body: () -> R) -> R {
    specification += 1
    defer { specification -= 1 }
    return body()
  }

  /// Records a failure.
  public func fail(_ name: String, _ detail: String) {
    failures.append(Failure(name: name, detail: detail))
  }

  private func diverged(_ detail: String) {
    fail("determinism", "a rerun took another way: \(detail)")
    isCut = true
    position = prefix.count
  }

  /// Notes what is assumed or to be shown. Before the last recorded decision it must be what it was the first time: there
  /// nothing is shown again.
  private func record(_ what: String, _ truth: SymbolicTruth) {
    if !journal.note(what, truth.term(in: context), isReplaying: isReplaying) { diverged("at \(what)") }
  }

  private static func describe(_ model: Model) -> String {
    model.assignment.sorted { $0.key < $1.key }.prefix(40).map { "\($0.key) = \($0.value)" }
      .joined(separator: ", ")
  }
}
