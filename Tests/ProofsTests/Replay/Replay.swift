// SPDX-License-Identifier: Apache-2.0
// The replay: for each path without loops, Z3's model of it becomes a state of the simulator, and the same function, run
// there, must be told the same at every branch, store the same and return or refuse the same, without a trap.
//
// In the symbolic machine, loads of different places or widths are unrelated; on the simulator they are the same bytes. So
// the model is asked for with those bytes: one unknown byte for each place, every load made of them. A path that has no
// such model is one that only the symbolic machine has; it is counted.

import Core

@testable import Simulator
@testable import Symbolic

/// What came of replaying one function.
struct Replay {
  var replayed = 0
  /// Paths that only the symbolic machine has: no bytes, or no small machine, take them.
  var without = 0
  /// Paths through a loop, a step's theorem or a cut.
  var abstract = 0
  var differences: [String] = []
  /// An operation of the concrete word to get wrong.
  var fault: String?

  /// Explores a function and replays its paths.
  mutating func go(_ function: Replayed, pathLimit: Int = 20_000) {
    guard let context = Z3Context() else {
      differences.append("no context")
      return
    }
    let explorer = Explorer(function.rawValue, prover: Prover(context))
    explorer.showsNothing = true
    explorer.pathLimit = pathLimit
    explorer.explore {
      let machine = SymbolicMachine(explorer)
      machine.openSteps = function.openSteps
      let arguments = Arguments<SymbolicWord> {
        SymbolicWord(context.constant("argument.\($0)", context.bits(64)))
      }
      explorer.assume(explorer.specifying { function.requires(machine, arguments) })
      let outcome = Outcome { () throws(Refusal<SymbolicWord>) in try function.run(machine, arguments) }
      if explorer.isCut || machine.isAbstract {
        abstract += 1
        return
      }
      replay(function, machine, outcome)
    }
    for failure in explorer.failures
    where failure.detail != "nothing was shown" && failure.name != "can happen" {
      // Coverage and the like are the theorems' business.
      if failure.name == "determinism" || failure.name == "branch" { differences.append("\(failure)") }
    }
  }

  /// A result or a refusal.
  struct Outcome<W: Word> {
    var reason: Reason?
    var words: [W]
    init(_ body: () throws(Refusal<W>) -> [W]) {
      do throws(Refusal<W>) {
        words = try body()
      } catch {
        reason = error.reason
        words = [error.subject, error.other]
      }
    }
  }

  private mutating func replay(
    _ function: Replayed, _ machine: SymbolicMachine, _ expected: Outcome<SymbolicWord>
  ) {
    let explorer = machine.explorer
    guard let model = PathModel(machine) else {
      without += 1
      return
    }
    let trace = Trace()
    trace.fault = fault
    let simulator = model.simulator()
    let context = explorer.context
    let arguments = Arguments<TracingWord> { name in
      TracingWord(known: model.value(SymbolicWord(context.constant("argument.\(name)", context.bits(64)))))
    }
    let answers = explorer.answers
    let found = Trace.$current.withValue(trace) {
      Outcome { () throws(Refusal<TracingWord>) in try function.run(simulator, arguments) }
    }
    replayed += 1
    func compare(_ what: String, _ expected: String, _ found: String) {
      if expected != found { differences.append("\(function): \(what): expected \(expected), got \(found)") }
    }
    compare("branches", "\(answers)", "\(trace.answers)")
    compare("traps", "[]", "\(trace.traps)")
    compare("refusal", "\(String(describing: expected.reason))", "\(String(describing: found.reason))")
    compare("result", "\(expected.words.map(model.value))", "\(found.words.map(\.known))")
    compare(
      "stores",
      "\(machine.stores.map { "\($0.table)[\(model.value($0.index))] = \(model.value($0.value))" })",
      "\(simulator.writes.map { "\($0.table)[\($0.index)] = \($0.value)" })")
  }
}

/// A model of a path whose loads are made of bytes, small enough for a simulator.
struct PathModel {
  private let machine: SymbolicMachine
  private let model: Model
  private var context: Z3Context { machine.explorer.context }

  /// Nil where there is none.
  init?(_ machine: SymbolicMachine) {
    self.machine = machine
    let (explorer, context) = (machine.explorer, machine.explorer.context)
    var small: [Term] = []
    for table in [Table.rank, .phase, .occupant] {
      small.append((machine.capacity(table) .<= 64).term(in: context))
    }
    var consistent: [Term] = []
    for touch in machine.touched {
      switch touch {
      case .bytes(let holder, let copy, let size, let offset, let width, let value):
        small.append((size .<= SymbolicWord(known: 1 << 20)).term(in: context))
        let bytes = (0..<width).map {
          Self.byte(holder, copy, offset &+ SymbolicWord(known: $0), in: context)
        }
        let whole = bytes.dropFirst().reduce(bytes[0]) { $1.concat($0) }.zeroExtended(to: 64)
        consistent.append(whole .== value.term(in: context))
      case .copy(_, _, let size, _): small.append((size .<= SymbolicWord(known: 1 << 20)).term(in: context))
      case .table, .word: break
      }
    }
    let question = Satisfiability("replay", explorer.condition + consistent + small)
    guard case .yes(let model) = explorer.prover.satisfiable(question) else { return nil }
    self.model = model
  }

  private static func byte(_ holder: Holder, _ copy: Int, _ place: SymbolicWord, in context: Z3Context)
    -> Term
  {
    context.function("bytes of \(holder) \(copy)", [context.bits(64)], context.bits(8))(
      place.term(in: context))
  }

  func value(_ word: SymbolicWord) -> UInt64 { model.value(of: word.term(in: context)) ?? 0 }

  /// The state that the path began in.
  func simulator() -> Simulator<TracingWord> {
    var options = Simulator<TracingWord>.Options()
    options.rows = Int(value(machine.capacity(.rank)))
    options.cells = Int(value(machine.capacity(.phase)))
    options.cpus = Int(value(machine.capacity(.occupant)))
    options.logs = true
    let simulator = Simulator<TracingWord>(options)
    // Contents of holders by copy: 0 is what was there before, 1 the first copy that the path made.
    var contents: [Holder: [Int: [UInt8]]] = [:]
    for case .bytes(let holder, let copy, let size, let offset, let width, _) in machine.touched {
      var bytes = contents[holder]?[copy] ?? []
      let (start, length) = (value(offset), Int(value(size)))
      if bytes.count < length { bytes += [UInt8](repeating: 0, count: length - bytes.count) }
      for number in 0..<width where start &+ number < UInt64(bytes.count) {
        let place = SymbolicWord(known: start &+ number)
        let byte = model.value(of: Self.byte(holder, copy, place, in: context)) ?? 0
        bytes[Int(start &+ number)] = UInt8(truncatingIfNeeded: byte)
      }
      contents[holder, default: [:]][copy] = bytes
    }
    for holder in [Holder.system, .cell] {
      simulator.holders[Int(holder.rawValue)] = contents[holder]?[0] ?? []
    }
    var made: [Holder: Int] = [:]
    for touch in machine.touched {
      switch touch {
      case .table(let table, let index, let word):
        let index = value(index)
        if index < UInt64(simulator.tables[Int(table.rawValue)].count) {
          simulator.tables[Int(table.rawValue)][Int(index)] = TracingWord(known: value(word))
        }
      case .copy(let holder, let address, let size, let isReadable):
        made[holder, default: 0] += 1
        guard isReadable else { continue }
        var bytes = contents[holder]?[made[holder, default: 0]] ?? []
        let length = Int(value(size))
        if bytes.count < length { bytes += [UInt8](repeating: 0, count: length - bytes.count) }
        simulator.foreign[value(address)] = bytes
      case .word("reply", let cell, let word): simulator.cellReplies[value(cell)] = value(word)
      case .word(_, let cell, let word): simulator.cellStates[value(cell)] = value(word)
      case .bytes: break
      }
    }
    return simulator
  }
}
